"""The WSMan endpoint: PSRP over HTTP, in NoLanguage mode."""
