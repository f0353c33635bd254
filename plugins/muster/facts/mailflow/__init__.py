"""Mail flow: connectors, transport settings, accepted domains, queues."""
