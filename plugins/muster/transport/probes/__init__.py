"""Looking from outside, without a login: TLS, SMTP, HTTPS."""
