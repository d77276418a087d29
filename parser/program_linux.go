package parser

import (
	"os"

	"golang.org/x/sys/unix"
)

// pipeSize is the most that a pipe may hold without privilege (fs.pipe-max-size): the usual 64 KiB make the two programs
// wait for each other at every block.
const pipeSize = 1 << 20

// widen lets a pipe hold more, where the system allows it.
func widen(pipe *os.File) {
	if conn, err := pipe.SyscallConn(); err == nil {
		conn.Control(func(fd uintptr) { unix.FcntlInt(fd, unix.F_SETPIPE_SZ, pipeSize) })
	}
}
