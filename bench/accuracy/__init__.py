"""How right what is counted is: on real footage counted by hand, per eye, and on the simulator's scenes."""
