//go:build engine

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// What is here takes long, and a container engine: ./check deploy runs it.

// TestTheRealImageIsTheSameTwice builds the shop from two directories, the second time with an empty cache.
func TestTheRealImageIsTheSameTwice(t *testing.T) {
	first := contents(t, made(t, "../.."))
	clone := filepath.Join(t.TempDir(), "elsewhere")
	if out, err := exec.Command("git", "clone", "--quiet", "../..", clone).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Setenv("GOCACHE", t.TempDir())
	second := contents(t, made(t, clone))
	for path, text := range first {
		if second[path] != text {
			t.Errorf("%s is not the same", path)
		}
	}
	if len(first) != len(second) {
		t.Errorf("it makes %d files and then %d", len(first), len(second))
	}
}

// engine is where an engine listens: one that runs, or one that is started for the test, without a network.
func engine(t *testing.T) string {
	t.Helper()
	if exec.Command("docker", "info").Run() == nil {
		return os.Getenv("DOCKER_HOST")
	}
	dir := t.TempDir()
	host := "unix://" + filepath.Join(dir, "engine.sock")
	cmd := exec.Command("dockerd", "--host", host, "--data-root", filepath.Join(dir, "data"),
		"--exec-root", filepath.Join(dir, "exec"), "--pidfile", filepath.Join(dir, "pid"),
		"--storage-driver=vfs", "--bridge=none", "--iptables=false", "--ip6tables=false")
	said, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatalf("there is no engine, and none starts: %v; install docker.io", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
		// It leaves the machine's own network mounted here, and the directory could not be removed.
		_ = exec.Command("umount", "--lazy", filepath.Join(dir, "exec", "netns", "default")).Run()
	})
	log := bufio.NewScanner(said)
	var all strings.Builder
	for log.Scan() {
		if strings.Contains(log.Text(), "API listen on") {
			go func() { _, _ = io.Copy(io.Discard, said) }()
			return host
		}
		all.WriteString(log.Text() + "\n")
	}
	t.Fatalf("the engine does not start:\n%s", all.String())
	return ""
}

// docker is a command of the engine at a host.
func docker(host string, args ...string) *exec.Cmd {
	cmd := exec.Command("docker", args...)
	if host != "" {
		cmd.Env = append(os.Environ(), "DOCKER_HOST="+host)
	}
	return cmd
}

// succeeds runs a command and answers with what it printed.
func succeeds(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(cmd.Args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// TestAnEngineRunsTheShop: as nobody of the machine's, with a root that is read only and no capability.
func TestAnEngineRunsTheShop(t *testing.T) {
	out, host := made(t, "../..", "-platforms", "linux/amd64"), engine(t)
	succeeds(t, docker(host, "load", "--input", filepath.Join(out, "artisan-amd64.tar")))
	const name = "artisan-image-test"
	shop := docker(host, "run", "--rm", "--name", name, "--network", "host", "--read-only",
		"--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--volume", name+":/data", loaded,
		"up", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0")
	var log bytes.Buffer
	shop.Stderr = &log
	said, err := shop.StdoutPipe()
	if err == nil {
		err = shop.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = docker(host, "rm", "--force", name).Run()
		_ = docker(host, "volume", "rm", "--force", name).Run()
	})
	page, admin := addresses(t, said, &log)
	if status, _ := fetched(t, admin+"/readyz"); status != http.StatusOK {
		t.Errorf("/readyz answers %d", status)
	}
	status, text := fetched(t, page+"/m/portland")
	if status != http.StatusOK || !strings.Contains(text, "<title>Portland") {
		t.Errorf("the demo's page answers %d: %.200s", status, text)
	}
	confined(t, host, name)
	succeeds(t, docker(host, "stop", "--time", "60", name))
	if err := shop.Wait(); err != nil {
		t.Errorf("it does not stop in an orderly way: %v", err)
	}
	if strings.Contains(log.String(), "level=WARN") || strings.Contains(log.String(), "level=ERROR") {
		t.Errorf("it complains: %s", log.String())
	}
}

// addresses reads where the shop and its health are from what it prints.
func addresses(t *testing.T, said io.Reader, log *bytes.Buffer) (page, admin string) {
	t.Helper()
	for lines := bufio.NewScanner(said); lines.Scan(); {
		if at := strings.Index(lines.Text(), "http://"); at >= 0 && page == "" {
			page = lines.Text()[at:]
		} else if at >= 0 {
			go func() { _, _ = io.Copy(io.Discard, said) }()
			return page, lines.Text()[at:]
		}
	}
	t.Fatalf("the shop does not open: %s", log.String())
	return "", ""
}

func fetched(t *testing.T, url string) (int, string) {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

// confined looks at what the container may do.
func confined(t *testing.T, host, name string) {
	t.Helper()
	var found []struct {
		State  struct{ Pid int }
		Mounts []struct{ Source string }
	}
	if err := json.Unmarshal([]byte(succeeds(t, docker(host, "inspect", name))), &found); err != nil {
		t.Fatal(err)
	}
	process, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(found[0].State.Pid), "status"))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"Uid:\t65532\t65532", "CapEff:\t0000000000000000", "NoNewPrivs:\t1"} {
		if !strings.Contains(string(process), "\n"+line) {
			t.Errorf("the process has no line %q:\n%s", line, process)
		}
	}
	if changed := succeeds(t, docker(host, "diff", name)); changed != "" {
		t.Errorf("its root was written to: %s", changed)
	}
	if err := docker(host, "exec", name, "sh", "-c", "true").Run(); err == nil {
		t.Error("it has a shell")
	}
	if info, err := os.Stat(found[0].Mounts[0].Source); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the data directory is %v (%v)", info, err)
	}
}
