"""May an offer take part: yes, no or unknown, with every reason and what would make it yes."""
