package messages

// All gives every message reader, one a line.
func All() []Reader {
	return []Reader{
		OOM,
		libvirt,
		machined,
		bridge,
		audit,
		crash,
	}
}
