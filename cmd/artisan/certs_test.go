package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// certs runs the command with something on its input.
func certs(t *testing.T, in string, now time.Time, c certsCmd) (out string, err error) {
	t.Helper()
	var said, asked strings.Builder
	if c.Days == 0 {
		c.Days = 397
	}
	err = c.run(strings.NewReader(in), streams{&said, &asked}, now)
	return said.String(), err
}

// files are what stands in a directory, by name.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		content, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[entry.Name()] = string(content)
	}
	return all
}

func ofAuthority(name string) bool { return name == "ca.pem" || name == "ca-key.pem" }

func TestCertsMakesAPairForEachService(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "certs")
	out, code := artisan(t, "certs", dir, "--days", "90", "--host", "shop.internal", "--host", "10.0.0.7")
	if lines := strings.Split(strings.TrimSpace(out), "\n"); code != exitDone ||
		!strings.HasPrefix(lines[len(lines)-1], "certs: 8 certificates until ") {
		t.Fatalf("exit code %d, %s", code, out)
	}
	if all := files(t, dir); len(all) != 2+2*len(services) {
		t.Errorf("there are %d files", len(all))
	}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		info, failure := entry.Info()
		if err == nil && failure == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s is open to others: %04o", path, info.Mode().Perm())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM([]byte(files(t, dir)["ca.pem"])) {
		t.Fatal("there is no authority")
	}
	for _, name := range serviceNames() {
		pair, err := tls.LoadX509KeyPair(filepath.Join(dir, name+".pem"), filepath.Join(dir, name+"-key.pem"))
		if err != nil {
			t.Fatal(err)
		}
		for _, host := range []string{"shop.internal", "10.0.0.7", "localhost", "127.0.0.1", "::1"} {
			for _, usage := range []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth} {
				if _, err := pair.Leaf.Verify(x509.VerifyOptions{
					Roots: roots, DNSName: host, KeyUsages: []x509.ExtKeyUsage{usage},
				}); err != nil {
					t.Errorf("%s at %s: %v", name, host, err)
				}
			}
		}
		key, ok := pair.PrivateKey.(*ecdsa.PrivateKey)
		days := time.Until(pair.Leaf.NotAfter).Hours() / 24
		if !ok || key.Curve != elliptic.P256() || days < 89 || days > 90 ||
			fmt.Sprint(pair.Leaf.URIs) != "[spiffe://artisan/"+name+"]" {
			t.Errorf("%s has %T for %v days, and is %v", name, pair.PrivateKey, days, pair.Leaf.URIs)
		}
	}
}

func TestCertsAsksBeforeItOverwrites(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "certs")
	now := time.Now()
	if _, err := certs(t, "", now, certsCmd{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	before := files(t, dir)
	if out, code := artisan(t, "certs", dir); code != exitFailed ||
		!strings.Contains(out, "nothing was changed") ||
		!strings.Contains(out, "echo certificates | artisan certs "+dir) {
		t.Errorf("without an answer: exit code %d, %s", code, out)
	}
	for _, answer := range []string{"", "\n", "no\n", "never\n"} {
		if _, err := certs(t, answer, now, certsCmd{Dir: dir}); err == nil ||
			!strings.Contains(err.Error(), "nothing was changed") {
			t.Errorf("to %q it says %v", answer, err)
		}
	}
	if fmt.Sprint(files(t, dir)) != fmt.Sprint(before) {
		t.Error("something was changed")
	}
}

func TestCertsTurnsCertificatesByTheSameAuthority(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "certs")
	now := time.Now()
	if _, err := certs(t, "", now, certsCmd{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	before := files(t, dir)
	for _, answer := range []string{"certificates\n", "y\n"} {
		if out, err := certs(t, answer, now, certsCmd{Dir: dir}); err != nil ||
			!strings.HasPrefix(out, "certs: 8 certificates until ") {
			t.Fatalf("%s, %v", out, err)
		}
		after := files(t, dir)
		for name, content := range before {
			if same := after[name] == content; same != ofAuthority(name) {
				t.Errorf("%s is the same: %v", name, same)
			}
		}
		before = after
	}
	if _, err := certs(t, "y\n", now.Add(4000*day), certsCmd{Dir: dir}); err == nil ||
		!strings.Contains(err.Error(), "the authority has ended") {
		t.Errorf("when the authority has ended: %v", err)
	}
}

func TestCertsTurnsItsAuthorityBesideTheOneBefore(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "certs")
	now := time.Now()
	if _, err := certs(t, "", now, certsCmd{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	before := files(t, dir)
	if out, err := certs(t, "authority\n", now, certsCmd{Dir: dir}); err != nil ||
		!strings.HasPrefix(out, "certs: 0 certificates, authority until ") {
		t.Fatalf("%s, %v", out, err)
	}
	after := files(t, dir)
	for name, content := range before {
		if same := after[name] == content; same == ofAuthority(name) {
			t.Errorf("%s is the same: %v", name, same)
		}
	}
	if !strings.HasSuffix(after["ca.pem"], before["ca.pem"]) || strings.Count(after["ca.pem"], "BEGIN") != 2 {
		t.Error("the authority before is not believed any more")
	}
	if _, err := certs(t, "certificates\n", now, certsCmd{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM([]byte(strings.TrimSuffix(after["ca.pem"], before["ca.pem"])))
	block, _ := pem.Decode([]byte(files(t, dir)["catalog.pem"]))
	leaf, err := x509.ParseCertificate(block.Bytes)
	if err == nil {
		_, err = leaf.Verify(x509.VerifyOptions{Roots: roots})
	}
	if err != nil {
		t.Errorf("the new certificates are not of the new authority: %v", err)
	}
	// Once the one before has ended it is left out.
	if _, err := certs(t, "authority\n", now.Add(4000*day), certsCmd{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(files(t, dir)["ca.pem"], "BEGIN"); got != 1 {
		t.Errorf("%d authorities are believed", got)
	}
}

func TestCertsRefusesWhatMakesNoSense(t *testing.T) {
	for _, args := range [][]string{
		{"certs"},
		{"certs", "x", "--days", "0"},
		{"certs", "x", "--days", "99999"},
		{"certs", "x", "--host", "a b"},
		{"certs", "x", "--host", "https://shop"},
	} {
		if out, code := artisan(t, args...); code != exitUsage {
			t.Errorf("%v: exit code %d, %s", args, code, out)
		}
	}
	open := t.TempDir()
	if err := os.WriteFile(filepath.Join(open, "other"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(open, 0o755); err != nil {
		t.Fatal(err)
	}
	if out, code := artisan(t, "certs", open); code != exitFailed ||
		!strings.Contains(out, "open to other users") {
		t.Errorf("a directory of others: exit code %d, %s", code, out)
	}
	if all := files(t, open); len(all) != 1 {
		t.Errorf("there is %v", all)
	}
	damaged := filepath.Join(t.TempDir(), "certs")
	if _, err := certs(t, "", time.Now(), certsCmd{Dir: damaged}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(damaged, "ca-key.pem"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := certs(t, "y\n", time.Now(), certsCmd{Dir: damaged}); err == nil ||
		!strings.Contains(err.Error(), "cannot be used") {
		t.Errorf("a damaged authority: %v", err)
	}
}

func TestCertsSaysInItsHelpHowToTurn(t *testing.T) {
	out, code := artisan(t, "certs", "--help")
	if code != exitDone || !strings.Contains(out, "Each year: run it again") {
		t.Errorf("exit code %d, %s", code, out)
	}
}
