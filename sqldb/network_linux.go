package sqldb

import (
	"errors"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// limitNetwork has the kernel end a connection when what was sent is unacknowledged for so long.
func limitNetwork(network string, conn syscall.RawConn, most time.Duration) (err error) {
	if !strings.HasPrefix(network, "tcp") {
		return nil
	}
	control := conn.Control(func(fd uintptr) {
		err = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(most.Milliseconds()))
	})
	return errors.Join(control, err)
}
