"""What people ask for about themselves: taken in, answered, and told to everybody who was told before."""
