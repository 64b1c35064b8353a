"""What the client is made of beside files and generated code."""
