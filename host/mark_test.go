package host_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/fault"
	troublev1 "github.com/artisan-eats/artisan/gen/artisan/trouble/v1"
	"github.com/artisan-eats/artisan/gen/artisan/trouble/v1/troublev1connect"
	"github.com/artisan-eats/artisan/host"
)

// caller is a service without a database that calls the clerk.
var caller = host.Service{
	Name: "caller", New: func(*host.Host) error { return nil },
	Calls: []string{"clerk", "counter"}, Front: true,
}

func TestProcessesOfDifferentShopsRefuseEachOther(t *testing.T) {
	t.Parallel()
	key := func(digit string) []byte { return []byte(strings.Repeat(digit, 32)) }
	shop, demo := host.Config{Secret: key("1")}, host.Config{Demo: true}
	for name, c := range map[string]struct {
		serves, calls host.Config
		refused       string
	}{
		"a shop's processes":  {shop, shop, ""},
		"a demo's processes":  {demo, demo, ""},
		"a demo calls a shop": {shop, demo, "is a demo's, and another is not"},
		"a shop calls a demo": {demo, shop, "is a demo's, and another is not"},
		"another shop calls":  {shop, host.Config{Secret: key("2")}, "different master keys"},
		"the key turned at the caller": {
			shop,
			host.Config{Secret: key("2"), OlderSecrets: [][]byte{key("1")}},
			"",
		},
		"the key turned at the other": {
			host.Config{Secret: key("2"), OlderSecrets: [][]byte{key("1")}},
			shop, "",
		},
		"the key turned, of other shops": {
			host.Config{Secret: key("2"), OlderSecrets: [][]byte{key("3")}},
			shop, "different master keys",
		},
	} {
		t.Run(name, func(t *testing.T) {
			table := append([]host.Service{caller}, clerk...)
			c.serves.Data, c.serves.Listen = filepath.Join(t.TempDir(), "data"), "127.0.0.1:0"
			c.serves.PeersPlain, c.serves.PeerToken = true, "a token"
			server, err := host.New(t.Context(), c.serves, table, "clerk")
			if err != nil {
				t.Fatal(err)
			}
			if err := server.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
			defer func() { _ = server.Stop() }()
			c.calls.Data, c.calls.PeersPlain, c.calls.PeerToken = filepath.Join(t.TempDir(), "data"), true,
				"a token"
			c.calls.Peers = map[string]string{"clerk": "http://" + server.ListenAddr}
			client, err := host.New(t.Context(), c.calls, table, "caller")
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = client.Stop() }()
			_, err = troublev1connect.NewTroubleServiceClient(client.Client("clerk")).ListTroubles(
				t.Context(), &troublev1.ListTroublesRequest{})
			if (err != nil) != (c.refused != "") ||
				(err != nil &&
					(!fault.Is(err, "another_shop") || !strings.Contains(err.Error(), c.refused))) {
				t.Errorf("the answer is %v", err)
			}
		})
	}
}
