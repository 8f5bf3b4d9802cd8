package hosttest

import (
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"sync/atomic"
	"testing"
)

// nextPort is where the next look for a free port begins. Processes of tests begin at different ones.
var nextPort = func() *atomic.Int64 {
	var next atomic.Int64
	next.Store(rand.Int64N(1 << 16)) //nolint:gosec // no secret
	return &next
}()

// FreePorts are ports of this machine that nobody listens on, and that are given out once. They are below
// those that the system takes for connections that go out: such a one could take the port before its owner,
// or while it starts again.
func FreePorts(t testing.TB, n int) (ports []int) {
	t.Helper()
	const lowest = 10_000
	highest := 32_768
	if text, err := os.ReadFile("/proc/sys/net/ipv4/ip_local_port_range"); err == nil {
		_, _ = fmt.Sscan(string(text), &highest)
	}
	if highest < lowest+1000 {
		t.Fatalf("the system takes ports from %d on for itself: there are too few below", highest)
	}
	var listening net.ListenConfig
	for range highest {
		port := lowest + int(nextPort.Add(1))%(highest-lowest)
		if l, err := listening.Listen(t.Context(), "tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			_ = l.Close()
			if ports = append(ports, port); len(ports) == n {
				return ports
			}
		}
	}
	t.Fatal("there is no free port")
	return nil
}
