"""The only code that talks to Microsoft."""
