package picture

import (
	"encoding/binary"
	"errors"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// argument makes a program that links this package the child.
const argument = "unpack-pictures"

// What the child may take. Its memory is that of the program itself and this much more.
const (
	childMemory  = Budget + MaxBytes + 22<<20
	childSeconds = 8 // of the processor
	childNice    = 5 // the shop goes first
)

// What is to be done with the pictures that follow.
const (
	doSizes = "sizes" // of one
	doCheck = "check" // whether all are whole
)

// What becomes of it.
const (
	saidDone    = "done"
	saidDamaged = "damaged"
)

// The child begins here, before the rest of the program is there: it needs nothing of it, and takes less
// memory.
func init() {
	if len(os.Args) != 2 || os.Args[1] != argument {
		return
	}
	if err := confine(); err != nil {
		os.Exit(1)
	}
	if err := serve(os.Stdin, os.Stdout); err != nil {
		os.Exit(1)
	}
	os.Exit(0)
}

// confine takes from this process what it does not need: memory, time, files, the network, a turn before
// others.
func confine() error {
	// where memory is short, it goes before the shop
	_ = os.WriteFile("/proc/self/oom_score_adj", []byte("1000"), 0)
	_ = unix.Setpriority(unix.PRIO_PROCESS, 0, childNice)
	startThreads()
	used, err := usedMemory()
	if err != nil {
		return err
	}
	for resource, limit := range map[int]uint64{
		unix.RLIMIT_DATA: used + childMemory, unix.RLIMIT_CPU: childSeconds, unix.RLIMIT_FSIZE: 0,
		unix.RLIMIT_CORE:   0,
		unix.RLIMIT_NOFILE: 0, // none more: those that are open stay
	} {
		if err := unix.Setrlimit(resource, &unix.Rlimit{Cur: limit, Max: limit}); err != nil {
			return err
		}
	}
	return nil
}

// startThreads makes the threads that the runtime will want. The stacks of threads count as memory where C
// makes them, though nearly nothing of them is used.
func startThreads() {
	const enough = 8
	var all sync.WaitGroup
	all.Add(enough)
	for range enough {
		go func() {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			all.Done()
			all.Wait()
		}()
	}
	all.Wait()
}

// usedMemory is what counts as data already, in bytes. Where there is no /proc it is a guess.
func usedMemory() (uint64, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 128 << 20, nil // not a Linux
	}
	for line := range strings.Lines(string(status)) {
		if size, ok := strings.CutPrefix(line, "VmData:"); ok {
			kilobytes, err := strconv.ParseUint(strings.TrimSuffix(strings.TrimSpace(size), " kB"), 10, 64)
			return kilobytes << 10, err
		}
	}
	return 0, errors.New("the size of this process is not known")
}

// serve does one thing and says what became of it.
func serve(in io.Reader, out io.Writer) error {
	frames, err := readFrames(in, maxRequest)
	if err != nil || len(frames) < 2 || tasks[string(frames[0])] == nil {
		return errors.Join(errFrames, err)
	}
	answer, err := tasks[string(frames[0])](frames[1:])
	if errors.Is(err, errDamaged) {
		return writeFrames(out, [][]byte{[]byte(saidDamaged)})
	}
	if err != nil {
		return err
	}
	return writeFrames(out, append([][]byte{[]byte(saidDone)}, answer...))
}

// tasks are what the child does with pictures.
var tasks = map[string]func(pictures [][]byte) ([][]byte, error){
	doSizes: func(pictures [][]byte) (frames [][]byte, _ error) {
		sizes, err := makeSizes(pictures[0])
		for _, s := range sizes {
			frames = append(frames, binary.BigEndian.AppendUint32(nil, uint32(s.Width)), s.Content)
		}
		return frames, err
	},
	doCheck: func(pictures [][]byte) ([][]byte, error) {
		for _, content := range pictures {
			if _, err := unpack(content); err != nil {
				return nil, err
			}
		}
		return nil, nil
	},
}
