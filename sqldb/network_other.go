//go:build !linux

package sqldb

import (
	"syscall"
	"time"
)

// limitNetwork leaves it to keep-alive where the kernel has no such limit.
func limitNetwork(string, syscall.RawConn, time.Duration) error { return nil }
