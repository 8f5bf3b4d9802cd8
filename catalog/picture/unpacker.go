package picture

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"time"
)

const (
	// childTime is how long a child may take, whatever it does.
	childTime = 45 * time.Second
	// maxRequest and maxAnswer bound what is said to a child and what it says, in bytes.
	maxRequest = 2 * MaxBytes
	maxAnswer  = 16 << 20
)

// TooHard is the code of the fault of a picture that the child did not survive.
const TooHard = "image_too_hard"

var (
	errTooHard = refuse(TooHard,
		"This picture could not be opened with the memory and the time that there is for one. Save it anew as an ordinary JPEG, smaller if you can.")
	// errRefused is what the sender of a damaged picture is told.
	errRefused = refuse("not_an_image", "This picture is damaged.")
)

// Unpacker has pictures unpacked by a child process, one at a time.
type Unpacker struct {
	turn chan struct{}
	time time.Duration // that a child may take
}

// NewUnpacker makes one. A process has one.
func NewUnpacker() *Unpacker { return &Unpacker{make(chan struct{}, 1), childTime} }

// Sizes makes the sizes of a picture that Inspect let through, the narrowest first. The fault is Invalid for
// what is damaged, and for what the child did not survive (TooHard); any other error is not the picture's.
func (u *Unpacker) Sizes(ctx context.Context, content []byte) ([]Size, error) {
	frames, err := u.ask(ctx, doSizes, content)
	if err != nil {
		return nil, err
	}
	var sizes []Size
	for ; len(frames) >= 2; frames = frames[2:] {
		if len(frames[0]) != 4 {
			return nil, errFrames
		}
		s := Size{int(binary.BigEndian.Uint32(frames[0])), frames[1]}
		if h, err := Inspect(s.Content); err != nil || h.Type != types["jpeg"] || h.Width != s.Width {
			return nil, errors.Join(errFrames, err)
		}
		sizes = append(sizes, s)
	}
	return sizes, nil
}

// Check finds out whether pictures that Inspect let through are whole. Its faults are those of Sizes.
func (u *Unpacker) Check(ctx context.Context, pictures ...[]byte) error {
	_, err := u.ask(ctx, doCheck, pictures...)
	return err
}

// ask waits for its turn and has a child do something.
func (u *Unpacker) ask(ctx context.Context, task string, pictures ...[]byte) ([][]byte, error) {
	select {
	case u.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for a turn to unpack a picture: %w", ctx.Err())
	}
	defer func() { <-u.turn }()
	timely, cancel := context.WithTimeout(ctx, u.time)
	defer cancel()
	answer, err := run(command(timely), append([][]byte{[]byte(task)}, pictures...))
	switch {
	case err == nil && string(answer[0]) == saidDone:
		return answer[1:], nil
	case err == nil:
		return nil, errRefused
	case ctx.Err() != nil:
		return nil, fmt.Errorf("unpack a picture: %w", ctx.Err())
	case isExit(err):
		return nil, errTooHard.Because(err)
	}
	return nil, fmt.Errorf("unpack a picture: %w", err)
}

// isExit reports whether a child ran, and ended otherwise than it should.
func isExit(err error) bool {
	var exit *exec.ExitError
	return errors.As(err, &exit)
}

// command is the child. It inherits nothing: no variable, no descriptor but its three, no directory.
func command(ctx context.Context) *exec.Cmd {
	cmd := exec.CommandContext(ctx, self()) //nolint:gosec // this program itself
	cmd.Args = []string{"artisan", argument}
	cmd.Env = []string{
		"GOMAXPROCS=1", "GOGC=50", fmt.Sprint("GOMEMLIMIT=", Budget+MaxBytes+8<<20),
		"GOTRACEBACK=none",
	}
	cmd.Dir = "/"
	cmd.WaitDelay = time.Second
	return cmd
}

// self is the program that runs, also when its file was replaced by a newer one since.
func self() string {
	if runtime.GOOS == "linux" {
		return "/proc/self/exe"
	}
	path, err := os.Executable()
	if err != nil {
		return os.Args[0]
	}
	return path
}

// run tells a child what to do and reads what it says.
func run(cmd *exec.Cmd, frames [][]byte) ([][]byte, error) {
	in, write := io.Pipe()
	defer func() { _ = in.Close() }()
	go func() { _ = write.CloseWithError(writeFrames(write, frames)) }()
	var out limited
	cmd.Stdin, cmd.Stdout = in, &out
	if err := cmd.Run(); err != nil {
		return nil, err
	}
	answer, err := readFrames(&out.Buffer, maxAnswer)
	if err == nil && len(answer) == 0 {
		err = errFrames
	}
	return answer, err
}

// limited keeps what a child says, and no more than it may say.
type limited struct{ bytes.Buffer }

func (l *limited) Write(p []byte) (int, error) {
	if l.Len()+len(p) > maxAnswer {
		return 0, errFrames
	}
	return l.Buffer.Write(p)
}
