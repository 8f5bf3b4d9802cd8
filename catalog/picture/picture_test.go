package picture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/catalog/picture/picturetest"
	"github.com/artisan-eats/artisan/fault"
)

// Tasks of the tests. They are there before the child begins.
var _ = func() bool {
	tasks["gorge"] = func([][]byte) ([][]byte, error) {
		var held [][]byte
		for len(held) < 1<<20 {
			held = append(held, bytes.Repeat([]byte{1}, 8<<20))
		}
		return held, nil
	}
	tasks["spin"] = func([][]byte) ([][]byte, error) { select {} }
	tasks["tell"] = func([][]byte) ([][]byte,
		error,
	) {
		return [][]byte{[]byte(strings.Join(os.Environ(), "\n"))}, nil
	}
	tasks["reach"] = func([][]byte) ([][]byte, error) {
		_, open := os.Open("/etc/passwd")
		_, dial := net.Dial("tcp", "127.0.0.1:1")
		return [][]byte{[]byte(fmt.Sprintln(open, dial))}, nil
	}
	return true
}()

func encoded(t *testing.T, encode func(*bytes.Buffer) error) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := encode(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func photo(t *testing.T, w, h int) []byte {
	m := image.NewYCbCr(image.Rect(0, 0, w, h), image.YCbCrSubsampleRatio420)
	return encoded(t, func(out *bytes.Buffer) error { return jpeg.Encode(out, m, nil) })
}

// dear are pictures that just fit into the budget, of each kind, and dearer ones that do not.
func dear(t *testing.T) map[string][2][]byte {
	indexed := func(w, h int) []byte {
		m := image.NewPaletted(image.Rect(0, 0, w, h), color.Palette{color.Black, color.White})
		return encoded(t, func(out *bytes.Buffer) error { return gif.Encode(out, m, nil) })
	}
	plain := func(w, h int) []byte {
		return encoded(t,
			func(out *bytes.Buffer) error { return png.Encode(out, image.NewRGBA(image.Rect(0, 0, w, h))) })
	}
	return map[string][2][]byte{
		"a JPEG":             {photo(t, 6900, 5100), photo(t, 7400, 5450)},
		"a progressive JPEG": {picturetest.JPEG(2000, 1900, ""), picturetest.JPEG(6700, 5300, "")},
		"a PNG":              {plain(4500, 3200), plain(5000, 3700)},
		"a PNG with 16 bits a colour": {
			picturetest.PNG(3000, 2400, 16, false, ""),
			picturetest.PNG(6700, 5300, 16, false, ""),
		},
		"an interlaced PNG": {
			picturetest.PNG(2100, 1600, 16, true, ""),
			picturetest.PNG(4000, 3000, 16, true, ""),
		},
		"a GIF":                   {indexed(6200, 4700), indexed(6700, 5800)},
		"a lossless WebP":         {picturetest.WebP(3000, 2400, ""), picturetest.WebP(6700, 5300, "")},
		"a picture of one row":    {plain(60_000, 1), plain(65_536, 1)},
		"a picture of one column": {plain(1, 60_000), plain(1, 65_536)},
	}
}

// TestWhatAPictureTakesIsKnownBefore holds what each kind of picture is said to take against what the child
// takes.
func TestWhatAPictureTakesIsKnownBefore(t *testing.T) {
	const programme = 24 << 20 // what it takes without any picture
	for what, c := range dear(t) {
		h, err := Inspect(c[0])
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		peak, err := peakOf(t, c[0])
		if err != nil || peak > h.Cost+programme+int64(len(c[0])) {
			t.Errorf("%s is said to take %d MiB and took %d: %v", what, h.Cost>>20, peak>>20, err)
		}
		_, err = Inspect(c[1])
		if f := fault.Of(err); err == nil || f.Kind != fault.Invalid || f.Code != "image_too_large" {
			t.Errorf("%s that is too dear: %v", what, err)
		}
	}
	_, err := Inspect(picturetest.JPEG(7000, 5100, ""))
	if want := "It is a progressive JPEG of 36 megapixels. Save it as an ordinary JPEG, or in this format with at most 4 megapixels."; err == nil ||
		!strings.Contains(strings.ToLower(err.Error()), strings.ToLower(want)) {
		t.Errorf("what to do is not said: %v", err)
	}
}

// A scan that corrects nothing is a few bytes, and goes over all pixels.
func TestAPictureOfManyScansIsRefusedUnopened(t *testing.T) {
	once := picturetest.JPEG(800, 600, "")
	scan := []byte{0xff, 0xda, 0, 8, 1, 1, 0, 1, 63, 0x10}
	many := slices.Concat(once[:len(once)-2], bytes.Repeat(scan, maxScans), once[len(once)-2:])
	if _, err := Inspect(once); err != nil {
		t.Errorf("one of one scan: %v", err)
	}
	if _, err := Inspect(many); fault.Of(err).Code != "image_too_large" {
		t.Errorf("one of %d: %v", maxScans+1, err)
	}
}

// peakOf is the most memory that the child had resident while it made the sizes of a picture.
func peakOf(t *testing.T, content []byte) (peak int64, err error) {
	t.Helper()
	cmd := command(t.Context())
	ended, watched := make(chan struct{}), make(chan int64)
	go func() {
		most := int64(0)
		for {
			select {
			case <-ended:
				watched <- most
				return
			default:
				if cmd.Process != nil {
					most = max(most, residentPeak(cmd.Process.Pid))
				}
			}
		}
	}()
	frames, err := run(cmd, [][]byte{[]byte(doSizes), content})
	close(ended)
	if err == nil && string(frames[0]) != saidDone {
		err = errDamaged
	}
	return <-watched, err
}

func residentPeak(pid int) int64 {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	line, _, _ := strings.Cut(rest, " kB")
	kilobytes, _ := strconv.ParseInt(strings.TrimSpace(line), 10, 64)
	return kilobytes << 10
}

func TestAPictureThatEndsTheChildEndsNothingElse(t *testing.T) {
	u := NewUnpacker()
	_, err := u.ask(t.Context(), "gorge", []byte("x"))
	if fault.Of(err).Code != TooHard || fault.KindOf(err) != fault.Invalid {
		t.Errorf("one that takes all memory: %v", err)
	}
	u.time = 300 * time.Millisecond
	_, err = u.ask(t.Context(), "spin", []byte("x"))
	if fault.Of(err).Code != TooHard {
		t.Errorf("one that takes all time: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for len(u.turn) == 0 {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	u.time = childTime
	_, err = u.ask(ctx, "spin", []byte("x"))
	if !errors.Is(err, context.Canceled) || fault.KindOf(err) == fault.Invalid {
		t.Errorf("one whose sender went away: %v", err)
	}
	if _, err := u.Sizes(t.Context(), photo(t, 300, 200)); err != nil {
		t.Errorf("the next one: %v", err)
	}
}

func TestTheChildHasNothingOfTheShop(t *testing.T) {
	t.Setenv("ARTISAN_SECRET", "0123")
	u := NewUnpacker()
	told, err := u.ask(t.Context(), "tell", []byte("x"))
	if err != nil || strings.Contains(string(told[0]), "ARTISAN") ||
		strings.Contains(string(told[0]), "PATH=") {
		t.Errorf("it knows %s, %v", told, err)
	}
	reached, err := u.ask(t.Context(), "reach", []byte("x"))
	if err != nil || strings.Count(string(reached[0]), "too many open files") != 2 {
		t.Errorf("it reaches %s, %v", reached, err)
	}
	cmd := command(t.Context())
	in, _ := cmd.StdinPipe()
	out, _ := cmd.StdoutPipe()
	held, err := os.Open("picture.go")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = held.Close() }()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	wanted := []string{
		fmt.Sprintf("Max cpu time              %d ", childSeconds), "Max file size             0 ",
		"Max core file size        0 ", "Max open files            0 ",
	}
	var missing []string
	for end := time.Now().Add(time.Minute); time.Now().Before(end); { // until it is confined
		limits, _ := os.ReadFile(fmt.Sprintf("/proc/%d/limits", cmd.Process.Pid))
		if missing = slices.DeleteFunc(slices.Clone(wanted),
			func(w string) bool { return strings.Contains(string(limits), w) }); len(missing) == 0 {
			break
		}
	}
	open, _ := os.ReadDir(fmt.Sprintf("/proc/%d/fd", cmd.Process.Pid))
	var ends []string
	for _, d := range open {
		to, _ := os.Readlink(fmt.Sprintf("/proc/%d/fd/%s", cmd.Process.Pid, d.Name()))
		ends = append(ends, to)
	}
	descriptors := strings.Join(ends, "\n")
	if len(open) < 3 || strings.Contains(descriptors, "picture.go") ||
		strings.Contains(descriptors, "socket:") {
		t.Errorf("it has open:\n%s", descriptors)
	}
	if len(missing) > 0 {
		t.Errorf("among its limits there is no %q", missing)
	}
	_ = in.Close() // as when the shop is gone
	_ = out.Close()
	if err := cmd.Wait(); err == nil {
		t.Error("it ends well without having done anything")
	}
}

func TestOnePictureIsUnpackedAtATime(t *testing.T) {
	u := NewUnpacker()
	var all sync.WaitGroup
	var mu sync.Mutex
	var peers []int
	watching := make(chan struct{})
	for range 4 {
		all.Go(func() {
			if _, err := u.Sizes(t.Context(), photo(t, 1500, 900)); err != nil {
				t.Error(err)
			}
		})
	}
	go func() { all.Wait(); close(watching) }()
	for open := true; open; {
		select {
		case <-watching:
			open = false
		default:
			n := children(t)
			mu.Lock()
			peers = append(peers, n)
			mu.Unlock()
		}
	}
	if most := slices.Max(peers); most != 1 {
		t.Errorf("%d children at once", most)
	}
}

// children counts this process's children that unpack.
func children(t *testing.T) (n int) {
	t.Helper()
	all, _ := os.ReadDir("/proc")
	for _, d := range all {
		stat, _ := os.ReadFile("/proc/" + d.Name() + "/stat")
		name, _ := os.ReadFile("/proc/" + d.Name() + "/cmdline")
		_, rest, _ := strings.Cut(string(stat), ") ")
		if fields := strings.Fields(rest); len(fields) > 1 && fields[0] != "Z" &&
			fields[1] == strconv.Itoa(os.Getpid()) && strings.Contains(string(name), argument) {
			n++
		}
	}
	return n
}

func TestASizeIsAFairCopy(t *testing.T) {
	source := image.NewNRGBA(image.Rect(10, 20, 1010, 520)) // left half red, right half nothing
	for y := range 500 {
		for x := range 500 {
			source.SetNRGBA(10+x, 20+y, color.NRGBA{R: 200, A: 255})
		}
	}
	out := scale(source, 100, 50, 1)
	for at, want := range map[image.Point]color.RGBA{
		{X: 10, Y: 10}: {200, 0, 0, 255},
		{X: 90, Y: 49}: {255, 255, 255, 255}, {X: 0, Y: 0}: {200, 0, 0, 255},
	} {
		if got := out.RGBAAt(at.X, at.Y); got != want {
			t.Errorf("at %v it is %v, want %v", at, got, want)
		}
	}
	if same := scale(out, 100, 50, 1); !bytes.Equal(same.Pix, out.Pix) {
		t.Error("a copy of the same size is another picture")
	}
	if turned := scale(source, 100, 50, 6); turned.Rect != image.Rect(0, 0, 50, 100) ||
		turned.RGBAAt(25, 10).G != 0 || turned.RGBAAt(25, 90).G != 255 {
		t.Errorf("turned clockwise it is %v", turned.Rect)
	}
}

func FuzzAHeaderIsReadWithoutHarm(f *testing.F) {
	f.Add(picturetest.JPEG(16, 16, "x"))
	f.Add(picturetest.PNG(16, 16, 16, true, "x"))
	f.Add(picturetest.WebP(16, 16, "x"))
	f.Add([]byte("\xff\xd8\xff\xc2\x00\x08\x08\x00\x10\x00\x10\x01"))
	f.Fuzz(func(t *testing.T, content []byte) {
		_ = orientation(content)
		if h, err := Inspect(content); err == nil && (h.Cost <= 0 || h.Cost > Budget) {
			t.Errorf("it takes %d", h.Cost)
		}
	})
}
