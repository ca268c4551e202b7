"""Every number that smarketing shows, defined once: pure maths and rules, no clock, no I/O."""
