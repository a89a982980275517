"""The command line: one module a command; arguments in, a session called, progress and result out."""
