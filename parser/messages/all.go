package messages

// All gives every message reader, one a line.
func All() []Reader {
	return []Reader{
		oom,
		systemdOomd,
		earlyoom,
		nohang,
		lmkd,
		kubelet,
		logGap,
		libvirt,
		machined,
		bridge,
		audit,
		crash,
		qemuLog,
		scope,
		sudo,
		proxmox,
		kubevirt,
		openstack,
		boot,
		kernelTrouble,
	}
}
