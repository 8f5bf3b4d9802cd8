package main

import (
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/host"
)

func TestWhatIsADemoIsNeverGuessedOfAShop(t *testing.T) {
	yes, no := true, false
	const home = "127.0.0.1:8080"
	fresh, former, demo, real := []host.Kind{host.Fresh}, []host.Kind{host.Former}, []host.Kind{host.Demo},
		[]host.Kind{host.Real}
	postgres, secret := settings{DatabaseURL: "postgres://db/shop"},
		settings{secrets: secrets{Secret: strings.Repeat("0", 64)}}
	mail, own := settings{SMTPURL: "smtp://mail"},
		settings{Databases: databaseURLs{Catalog: "postgres://db/shop"}}
	public, local := settings{BaseURL: "https://shop.example"}, settings{BaseURL: "http://localhost:8080"}
	with := func(s settings, demo *bool) settings {
		s.Demo = demo
		return s
	}
	for name, c := range map[string]struct {
		settings settings
		kinds    []host.Kind
		key      bool // in the data directory
		start    start
		demo     bool
		refused  string
	}{
		"nothing set": {
			settings{},
			fresh, false,
			start{up: true, listen: home},
			true,
			"",
		},
		"nothing set, by serve":     {settings{}, fresh, false, start{listen: home}, false, ""},
		"nothing set, by a command": {settings{}, fresh, false, start{}, false, ""},
		"nothing set but --no-demo": {
			with(settings{}, &no), fresh, false,
			start{up: true, listen: home},
			false, "",
		},
		"fresh, beyond loopback": {
			settings{},
			fresh, false,
			start{up: true, listen: "192.0.2.1:80"},
			false, "",
		},
		"fresh, on all addresses": {
			settings{},
			fresh, false,
			start{up: true, listen: ":80"},
			false,
			"",
		},
		"fresh, on PostgreSQL": {
			postgres, fresh, false,
			start{up: true, listen: home},
			false,
			"",
		},
		"fresh, one service on PostgreSQL": {own, fresh, false, start{up: true, listen: home}, false, ""},
		"fresh, with a secret":             {secret, fresh, false, start{up: true, listen: home}, false, ""},
		"fresh, with mail":                 {mail, fresh, false, start{up: true, listen: home}, false, ""},
		"fresh, with a base URL":           {public, fresh, false, start{up: true, listen: home}, false, ""},
		"fresh, with a base URL of home":   {local, fresh, false, start{up: true, listen: home}, false, ""},

		"asked for": {
			with(settings{}, &yes), fresh, false,
			start{listen: home},
			true,
			"",
		},
		"asked for, on PostgreSQL": {
			with(postgres, &yes), fresh, false,
			start{up: true, listen: home},
			true, "",
		},
		"asked for, at home": {
			with(local, &yes), fresh, false,
			start{up: true, listen: home},
			true, "",
		},
		"asked for, with a secret": {
			with(secret, &yes), fresh, false,
			start{up: true, listen: home},
			false, "ARTISAN_SECRET is set",
		},
		"asked for, with mail": {
			with(mail, &yes), fresh, false,
			start{up: true, listen: home},
			false, "ARTISAN_SMTP_URL is set",
		},
		"asked for, with a base URL": {
			with(public, &yes), fresh, false,
			start{up: true, listen: home},
			false, "the base URL is not of this machine",
		},
		"asked for, with a public edge": {
			with(settings{}, &yes), fresh, false,
			start{public: true, listen: "0.0.0.0:80"},
			false, "it listens beyond this machine",
		},
		"asked for, where a shop is": {
			with(postgres, &yes), real, false,
			start{up: true, listen: home},
			false, "in empty databases only",
		},
		"asked for, where a shop was": {
			with(postgres, &yes), former, true,
			start{up: true, listen: home},
			false, "in empty databases only",
		},
		"asked for, where a SQLite was": {
			with(settings{}, &yes), former, false,
			start{up: true, listen: home},
			false, "in empty databases only",
		},
		"asked for, in some of a shop's": {
			with(postgres, &yes),
			[]host.Kind{host.Fresh, host.Real},
			false,
			start{listen: home},
			false, "in empty databases only",
		},

		"a demo's":                {settings{}, demo, true, start{listen: home}, true, ""},
		"a demo's, on PostgreSQL": {postgres, demo, true, start{}, true, ""},
		"a demo's, and fresh ones": {
			settings{},
			[]host.Kind{host.Fresh, host.Demo},
			true,
			start{listen: home},
			true, "",
		},
		"a demo's, with --no-demo": {
			with(settings{}, &no), demo, true,
			start{listen: home},
			false,
			"leave --no-demo out",
		},
		"a demo's, with a secret": {
			secret, demo, true,
			start{up: true, listen: home},
			false,
			"ARTISAN_SECRET is set",
		},
		"a demo's, with a base URL": {
			public, demo, true,
			start{up: true, listen: home},
			false,
			"the base URL is not of this machine",
		},
		"a demo's and a shop's": {
			settings{},
			[]host.Kind{host.Demo, host.Real},
			true,
			start{},
			false,
			"name those of one",
		},
		"a shop's":                    {settings{}, real, false, start{up: true, listen: home}, false, ""},
		"a shop's, and a key from it": {settings{}, real, true, start{up: true, listen: home}, false, ""},

		"a former demo's": {
			settings{},
			former, true,
			start{up: true, listen: home},
			true,
			"",
		},
		"a former demo's, by serve": {settings{}, former, true, start{listen: home}, true, ""},
		"a former demo's, and asked for": {
			with(settings{}, &yes), former, true,
			start{up: true, listen: home},
			true, "",
		},
		"a former demo's, and not wanted": {
			with(settings{}, &no), former, true,
			start{up: true, listen: home},
			false, "",
		},
		"a former demo's, with a secret":   {secret, former, true, start{up: true, listen: home}, false, ""},
		"a former demo's, with a base URL": {public, former, true, start{up: true, listen: home}, false, ""},
		"a former demo's, beyond loopback": {
			settings{},
			former, true,
			start{up: true, listen: "192.0.2.1:80"},
			false, "",
		},
		"a former shop's": {secret, former, false, start{up: true, listen: home}, false, ""},
		"a former shop's, on PostgreSQL": {
			postgres, former, true,
			start{up: true, listen: home},
			false,
			"",
		},

		"an edge of nothing": {
			settings{},
			nil, false,
			start{public: true, listen: home},
			false,
			"",
		},
		"an edge of a demo": {
			settings{},
			nil, true,
			start{public: true, listen: home},
			true,
			"",
		},
		"an edge that is asked": {
			with(postgres, &yes), nil, true,
			start{public: true, listen: home},
			true, "",
		},
		"an edge, asked, with a secret": {
			with(secret, &yes), nil, true,
			start{public: true, listen: home},
			false, "ARTISAN_SECRET is set",
		},
		"an edge with a demo's old key": {secret, nil, true, start{public: true, listen: home}, false, ""},
		"an edge with a key, not wanted": {
			with(settings{}, &no), nil, true,
			start{public: true, listen: home},
			false, "",
		},
	} {
		got, err := c.settings.isDemo(host.Found{Kinds: c.kinds, OwnSecret: c.key}, c.start)
		if (err != nil) != (c.refused != "") || (err != nil && !strings.Contains(err.Error(), c.refused)) ||
			(err == nil && got != c.demo) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

func TestAShopKnowsTheProxyBeforeIt(t *testing.T) {
	const base = "https://shop.example"
	for what, c := range map[string]struct {
		settings publicSettings
		base     string
		refused  bool
	}{
		"an unknown proxy":    {publicSettings{}, base, true},
		"a known one":         {publicSettings{TrustedProxies: []string{"127.0.0.1"}}, base, false},
		"none, and said so":   {publicSettings{TrustedProxies: []string{"none"}}, base, false},
		"a certificate":       {publicSettings{PublicTLSCert: "cert.pem"}, base, false},
		"one that is fetched": {publicSettings{ACME: true}, base, false},
		"a laptop":            {publicSettings{}, "http://127.0.0.1:8080", false},
	} {
		if err := c.settings.checkProxies(c.base); (err != nil) != c.refused ||
			(err != nil && !strings.Contains(err.Error(), "ARTISAN_TRUSTED_PROXIES")) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestAShopIsNotOpenBeyondThisMachineWithoutHTTPS(t *testing.T) {
	for _, c := range []struct {
		start   start
		base    string
		refused bool
	}{
		{start{public: true, listen: "127.0.0.1:80"}, "", false},
		{start{public: true, listen: "[::1]:80"}, "", false},
		{start{public: true, listen: "0.0.0.0:80"}, "", true},
		{start{public: true, listen: ":80"}, "", true},
		{start{public: true, listen: "192.0.2.1:80"}, "http://shop.example", true},
		{start{public: true, listen: "shop.example:80"}, "https.example", true},
		{start{public: true, listen: "[::]:80"}, "https://shop.example", false},
		{start{public: true, listen: "192.0.2.1:80"}, "HTTPS://shop.example", false},
		{start{listen: "192.0.2.1:9102"}, "", false},
	} {
		s := settings{BaseURL: c.base}
		if err := s.checkOpen(c.start); (err != nil) != c.refused ||
			(err != nil && !strings.Contains(err.Error(), "ARTISAN_BASE_URL")) {
			t.Errorf("%+v with %q: %v", c.start, c.base, err)
		}
	}
}
