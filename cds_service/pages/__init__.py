"""What the service answers besides the hook: each module a Flask blueprint over code without Flask."""
