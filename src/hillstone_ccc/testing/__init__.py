"""What helps to test a program that uses `hillstone_ccc`."""
