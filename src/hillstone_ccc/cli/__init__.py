"""The command line `hillstone-ccc`: one file a command. Nothing else of the package imports it."""
