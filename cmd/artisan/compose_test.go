package main

import (
	"context"
	"net"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"go.yaml.in/yaml/v4"

	"github.com/artisan-eats/artisan/valkey"
)

// composed is what the compose file says, as far as it is the program's business.
type composed struct {
	Services map[string]container
	Secrets  map[string]struct{ File string }
}

type container struct {
	Image       string
	Command     []string
	Environment map[string]string
	Secrets     []string
	Volumes     []string
	Tmpfs       []string
	Networks    []string
	ReadOnly    bool     `yaml:"read_only"`
	CapDrop     []string `yaml:"cap_drop"`
	DependsOn   any      `yaml:"depends_on"`
	Profiles    []string
}

func readCompose(t *testing.T) composed {
	t.Helper()
	text, err := os.ReadFile("../../deploy/compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var c composed
	if err := yaml.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// ours are the containers that run this program.
func (c composed) ours() map[string]container {
	found := map[string]container{}
	for name, s := range c.Services {
		if s.Image == "artisan:latest" {
			found[name] = s
		}
	}
	return found
}

func TestTheComposeFileRunsEachServiceTwice(t *testing.T) {
	c := readCompose(t)
	want := []string{"migrate"}
	for _, service := range serviceNames() {
		for _, name := range []string{service + "-1", service + "-2"} {
			want = append(want, name)
			runs := c.Services[name].Command
			if len(runs) < 2 || runs[0] != "serve" || runs[1] != service {
				t.Errorf("%s runs %q", name, runs)
			}
		}
	}
	for name, s := range c.ours() {
		if !slices.Contains(want, name) {
			t.Errorf("%s is no service", name)
		}
		if !s.ReadOnly || !slices.Equal(s.CapDrop, []string{"ALL"}) ||
			!slices.Equal(s.Tmpfs, []string{"/data:mode=0700,uid=65532,gid=65532"}) {
			t.Errorf("%s may do more than it has to: %+v", name, s)
		}
		after, _ := s.DependsOn.(map[string]any)
		if name != "migrate" && after["migrate"] == nil {
			t.Errorf("%s does not wait for the migration", name)
		}
	}
}

// TestTheProgramKnowsWhatTheComposeFileSays: each command line, each variable, and each file.
func TestTheProgramKnowsWhatTheComposeFileSays(t *testing.T) {
	c := readCompose(t)
	for name, s := range c.ours() {
		parser, err := kong.New(
			&commands{}, kong.DefaultEnvars("ARTISAN"), kong.BindTo(t.Context(), (*context.Context)(nil)))
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := parser.Parse(s.Command)
		if err != nil {
			t.Errorf("%s: artisan %s: %v", name, strings.Join(s.Command, " "), err)
			continue
		}
		known := map[string]bool{}
		for _, flags := range parsed.Selected().AllFlags(false) {
			for _, flag := range flags {
				for _, variable := range flag.Envs {
					known[variable] = true
				}
			}
		}
		for variable, value := range s.Environment {
			if !known[variable] {
				t.Errorf("%s: artisan %s reads no %s", name, s.Command[0], variable)
			}
			file, isFile := strings.CutPrefix(value, "/run/secrets/")
			if isFile && !slices.Contains(s.Secrets, file) {
				t.Errorf("%s: %s names %s, which it is not given", name, variable, file)
			}
		}
		for _, secret := range s.Secrets {
			if c.Secrets[secret].File == "" {
				t.Errorf("%s is given %s, which is nowhere", name, secret)
			}
		}
	}
}

// TestComposedServicesFindAndKnowEachOther: their addresses are those at which the others listen, and each
// shows its own certificate.
func TestComposedServicesFindAndKnowEachOther(t *testing.T) {
	c := readCompose(t)
	listens := func(name string) string {
		at := slices.Index(c.Services[name].Command, "--listen") + 1
		_, port, err := net.SplitHostPort(c.Services[name].Command[at])
		if err != nil {
			t.Fatal(err)
		}
		return net.JoinHostPort(name, port)
	}
	var all []string
	for _, service := range serviceNames() {
		if service != "edge" {
			all = append(all, service+"=https://"+listens(service+"-1")+",https://"+listens(service+"-2"))
		}
	}
	peers := strings.Join(all, ";")
	for name, s := range c.ours() {
		if name == "migrate" {
			continue
		}
		if said := strings.Join(strings.Fields(s.Environment["ARTISAN_PEERS"]), ""); said != peers {
			t.Errorf("%s looks for its peers at %s, and they are at %s", name, said, peers)
		}
		service := s.Command[1]
		for variable, file := range map[string]string{
			"ARTISAN_TLS_CERT": service + ".pem", "ARTISAN_TLS_KEY": service + "-key.pem",
			"ARTISAN_TLS_CA": "ca.pem",
		} {
			secret := path.Base(s.Environment[variable])
			if got := c.Secrets[secret].File; got != "./certs/"+file {
				t.Errorf("%s: %s is %s, and artisan certs makes %s", name, variable, got, file)
			}
		}
	}
	for _, name := range []string{"edge-1", "edge-2"} {
		option, err := valkey.ReadURL(c.Services[name].Environment["ARTISAN_VALKEY_URL"])
		if err != nil || option.InitAddress[0] != "valkey:6379" {
			t.Errorf("%s looks for Valkey at %v, %v", name, option.InitAddress, err)
		}
	}
	v := c.Services["valkey"]
	if len(v.Command) == 0 || v.Profiles != nil || !slices.Contains(v.Networks, "inside") {
		t.Errorf("Valkey does not start with the others: %+v", v)
	}
	front := c.Services["haproxy"].Environment
	if front["ARTISAN_EDGE_1"] != listens("edge-1") || front["ARTISAN_EDGE_2"] != listens("edge-2") {
		t.Errorf("HAProxy looks for the edges at %v", front)
	}
}
