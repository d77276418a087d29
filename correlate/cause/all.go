package cause

// All gives every hypothesis. Their order is that of the documentation; the ranking does not depend on it.
func All() []Hypothesis {
	return []Hypothesis{
		hostOvercommit,
		healthy,
		unexplained,
	}
}
