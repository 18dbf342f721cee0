"""The doctor, before set-ups that are broken in one way each."""
