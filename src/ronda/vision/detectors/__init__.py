"""Eyes: what finds things in pictures, one package for each runtime."""
