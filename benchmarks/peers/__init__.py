"""The same networks and the same step, written by hand in each framework, and the keras.io way."""
