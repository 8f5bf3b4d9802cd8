package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"
)

// instructions are those of the Dockerfile, by name, with lines that go on joined.
func instructions(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]string{}
	for line := range strings.Lines(strings.ReplaceAll(string(text), "\\\n", " ")) {
		name, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if name != "" && !strings.HasPrefix(name, "#") {
			found[name] = append(found[name], strings.Join(strings.Fields(rest), " "))
		}
	}
	return found
}

func TestTheDockerfileMakesTheSame(t *testing.T) {
	found := instructions(t)
	want := config(&tree{at: time.Unix(0, 0)}, "")
	list := func(words []string) string {
		text, err := json.Marshal(words)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	for name, value := range map[string]string{
		"USER": want.User, "WORKDIR": want.WorkingDir,
		"ENTRYPOINT": list(want.Entrypoint), "CMD": list(want.Cmd),
		"STOPSIGNAL": want.StopSignal, "VOLUME": list([]string{dataDir}), "EXPOSE": publicPort,
		"ENV": strings.Join(want.Env, " "), "COPY": "--from=build /rootfs/ /",
	} {
		said := found[name]
		if len(said) == 0 || said[len(said)-1] != value {
			t.Errorf("%s is %q, and in the image %s", name, said, value)
		}
	}
	if from := found["FROM"]; len(from) != 2 || from[1] != "scratch" ||
		from[0] != "--platform=$BUILDPLATFORM golang:"+strings.TrimPrefix(toolchain, "go")+" AS build" {
		t.Errorf("it is from %q", found["FROM"])
	}
	// The program is built by this one, so with the same flags.
	if run := found["RUN"]; len(run) != 1 ||
		run[0] != "cd deploy/image && go run . -source /src -platforms linux/$TARGETARCH -rootfs /rootfs" {
		t.Errorf("it runs %q", found["RUN"])
	}
	for label, value := range want.Labels {
		if value != "" && !strings.HasSuffix(label, ".created") &&
			!strings.Contains(strings.Join(found["LABEL"], " "), label+`="`+value+`"`) {
			t.Errorf("it has no label %s of %s", label, value)
		}
	}
}

// TestADockerfileGetsTheSameFiles: what the Dockerfile copies is what the layers have.
func TestADockerfileGetsTheSameFiles(t *testing.T) {
	repo, dir := repository(t), t.TempDir()
	args := []string{"-source", repo, "-platforms", "linux/amd64", "-rootfs", dir}
	if err := run(t.Context(), args, os.Stdout); err != nil {
		t.Fatal(err)
	}
	out := made(t, repo, "-platforms", "linux/amd64")
	in := unpacked(t, images(t, out)["linux/amd64"])
	for _, f := range in {
		info, err := os.Stat(dir + "/" + f.path)
		if err != nil || info.Mode() != f.mode {
			t.Errorf("%s is %v, and in the layers %v (%v)", f.path, info, f.mode, err)
		}
	}
	laid := contents(t, dir)
	for _, f := range in {
		if !f.mode.IsDir() && laid[f.path] != string(f.content) {
			t.Errorf("%s has other bytes", f.path)
		}
	}
}
