package host_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	troublev1 "github.com/artisan-eats/artisan/gen/artisan/trouble/v1"
	"github.com/artisan-eats/artisan/host"
)

// TestACallThatIsPackedIsUnpackedToItsLimitOnly sends a message of 256 KiB that is 256 MiB, as a peer may.
func TestACallThatIsPackedIsUnpackedToItsLimitOnly(t *testing.T) {
	services := []host.Service{{Name: "kitchen", New: func(*host.Host) error { return nil }}}
	data := filepath.Join(t.TempDir(), "data")
	p, err := host.New(t.Context(), host.Config{Data: data, Admin: "127.0.0.1:0", Demo: true}, services,
		"kitchen")
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Stop() })
	content, err := os.ReadFile(filepath.Join(data, "kitchen.lock"))
	if err != nil {
		t.Fatal(err)
	}
	var running host.Running
	if err := json.Unmarshal(content, &running); err != nil {
		t.Fatal(err)
	}
	message, err := proto.Marshal(&troublev1.RetryRequest{Id: strings.Repeat("x", 256<<20)})
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write(message)
	_ = z.Close()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+running.Admin+
		"/rpc/kitchen/artisan.trouble.v1.TroubleService/Retry", &packed)
	if err != nil {
		t.Fatal(err)
	}
	request.Header = http.Header{
		"Authorization": {"Bearer " + running.Token},
		"Content-Type":  {"application/proto"}, "Content-Encoding": {"gzip"},
		"Connect-Protocol-Version": {"1"},
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	said, _ := io.ReadAll(answer.Body)
	runtime.ReadMemStats(&after)
	if answer.StatusCode != http.StatusBadRequest || !strings.Contains(string(said), "16 MiB at most") {
		t.Errorf("it is answered with %d %s", answer.StatusCode, said)
	}
	if took := after.TotalAlloc - before.TotalAlloc; took > 100<<20 {
		t.Errorf("it took %d MiB", took>>20)
	}
}
