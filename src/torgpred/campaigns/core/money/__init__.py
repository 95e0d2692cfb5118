"""A campaign's traffic and money, and what is told of it afterwards."""
