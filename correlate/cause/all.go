package cause

// All gives every hypothesis. Their order is that of the documentation; the ranking does not depend on it.
func All() []Hypothesis {
	return []Hypothesis{
		hostOvercommit,
		hostConsumer,
		cgroupLimit,
		guestOOM,
		vmCrash,
		vmStopped,
		hostReboot,
		loadGenerator,
		slowdown,
		healthy,
		unexplained,
	}
}
