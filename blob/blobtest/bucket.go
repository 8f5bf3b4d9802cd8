// Package blobtest gives tests a bucket of a real server.
package blobtest

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/blob"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/quick"
)

// name is the bucket's.
const name = "pictures"

// Bucket runs versitygw, which speaks S3's language before a directory, until the test ends, and answers
// where its bucket is.
func Bucket(t testing.TB) blob.Config {
	t.Helper()
	root := t.TempDir()
	if err := errors.Join(os.MkdirAll(filepath.Join(root, "files", name), 0o700),
		os.Mkdir(filepath.Join(root, "beside"), 0o700)); err != nil {
		t.Fatal(err)
	}
	address := fmt.Sprintf("127.0.0.1:%d", hosttest.FreePorts(t, 1)[0])
	// what it knows of a file is beside the files: not every file system keeps it with them
	cmd := exec.CommandContext(t.Context(), program(t), //nolint:gosec // the tool that ./check installs
		"--port", address, "posix", "--sidecar", filepath.Join(root, "beside"), filepath.Join(root, "files"))
	c := blob.Config{
		Place: "s3://" + name + "/shop?endpoint=http://" + address, AccessKey: "anyone",
		SecretKey: "a secret of this test's",
	}
	cmd.Env = append(os.Environ(), "ROOT_ACCESS_KEY="+c.AccessKey, "ROOT_SECRET_KEY="+c.SecretKey)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		quick.Lacks(t, "versitygw", "versitygw does not run; ./check all installs it: "+err.Error())
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		answer, err := http.Get("http://" + address) //nolint:noctx // of this machine
		if err == nil {
			_ = answer.Body.Close()
			return c
		}
		select {
		case err := <-ended:
			t.Fatalf("versitygw ended: %v", err)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// program is wherever the PATH has it, or where ./check installs it, as a room's tests see that.
func program(t testing.TB) string {
	t.Helper()
	path, err := exec.LookPath("versitygw")
	if err != nil {
		path, err = filepath.Abs("../.tools/versitygw")
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}
