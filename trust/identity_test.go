package trust_test

import (
	"crypto/tls"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/trust"
)

func TestWhoCallsShowsAGoodCertificateOfAService(t *testing.T) {
	s, other := newShop(t), newShop(t)
	catalog := s.runs("catalog", s)
	stranger := func(change func(*trust.Files)) *tls.Config {
		f := s.Files("edge")
		change(&f)
		pair, err := tls.LoadX509KeyPair(f.Cert, f.Key)
		if err != nil {
			t.Fatal(err)
		}
		return &tls.Config{InsecureSkipVerify: true, Certificates: []tls.Certificate{pair}}
	}
	for name, c := range map[string]struct {
		shows *tls.Config
		want  string
	}{
		"a service of the shop": {s.runs("edge", s).Client("catalog"), ""},
		"nobody":                {&tls.Config{InsecureSkipVerify: true}, trust.NoCertificate},
		"another shop's edge": {
			stranger(func(f *trust.Files) { *f = other.Files("edge") }), trust.AnotherAuthority,
		},
		"who made the certificate": {
			stranger(func(f *trust.Files) {
				f.Cert, f.Key = s.Files("").CA, strings.Replace(s.Files("").CA, "ca.pem", "ca-key.pem", 1)
			}), trust.NoService,
		},
		"one that names no service": {stranger(func(f *trust.Files) { *f = s.nameless() }), trust.NoService},
	} {
		t.Run(name, func(t *testing.T) {
			called, calls := meet(t, catalog.Server(), c.shows)
			if refused(called) != c.want || (calls == nil) != (c.want == "") {
				t.Errorf("who is called says %v, who calls %v", called, calls)
			}
		})
	}
	_, calls := meet(t, catalog.Server(),
		&tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12})
	if calls == nil {
		t.Error("TLS 1.2 is spoken")
	}
	if said := s.log.String(); strings.Count(said, "who calls is refused") != 3 {
		t.Errorf("the log says %s", said)
	}
}

// nameless is a certificate of the shop's authority that names no service of it.
func (s *shop) nameless() trust.Files {
	s.Helper()
	a, err := s.Authority()
	if err != nil {
		s.Fatal(err)
	}
	certificate, key, err := a.Issue("", nil, s.Now(), time.Hour)
	if err != nil {
		s.Fatal(err)
	}
	f := s.Files("nameless")
	write(s, f.Cert, string(certificate))
	write(s, f.Key, string(key))
	return f
}

func TestWhoIsCalledIsTheServiceThatWasMeant(t *testing.T) {
	s, other := newShop(t), newShop(t)
	edge := s.runs("edge", s)
	for name, c := range map[string]struct {
		answers *trust.Identity
		want    string
	}{
		"the service":          {s.runs("catalog", s), ""},
		"another of the shop":  {s.runs("inventory", s), trust.AnotherService},
		"that of another shop": {other.runs("catalog", other), trust.AnotherAuthority},
	} {
		t.Run(name, func(t *testing.T) {
			_, calls := meet(t, c.answers.Server(), edge.Client("catalog"))
			if refused(calls) != c.want {
				t.Errorf("who calls says %v", calls)
			}
		})
	}
	if said := s.log.String(); strings.Count(said, "who is called is refused") != 2 {
		t.Errorf("the log says %s", said)
	}
}

func TestACertificateThatHasEndedIsRefusedByBothSides(t *testing.T) {
	s := newShop(t)
	edge, catalog := s.runs("edge", s), s.runs("catalog", s)
	s.advance(365*24*time.Hour - time.Minute)
	if called, calls := meet(t, catalog.Server(), edge.Client("catalog")); called != nil || calls != nil {
		t.Errorf("a minute before its end: %v, %v", called, calls)
	}
	s.advance(2 * time.Minute)
	if _, calls := meet(t, catalog.Server(), edge.Client("catalog")); refused(calls) != trust.Ended {
		t.Errorf("who calls says %v", calls)
	}
	called, _ := meet(t, catalog.Server(), s.unwary("edge"))
	if refused(called) != trust.Ended {
		t.Errorf("who is called says %v", called)
	}
	if _, err := s.opens("edge", s); refused(err) != trust.Ended {
		t.Errorf("a process that starts with it says %v", err)
	}
}

// unwary is the TLS of a service that believes whoever answers.
func (s *shop) unwary(service string) *tls.Config {
	s.Helper()
	f := s.Files(service)
	pair, err := tls.LoadX509KeyPair(f.Cert, f.Key)
	if err != nil {
		s.Fatal(err)
	}
	return &tls.Config{InsecureSkipVerify: true, Certificates: []tls.Certificate{pair}}
}

// TestCertificatesAndTheirAuthorityTurnWithoutAMomentOfRefusal does it as the documents say: the authority
// first, then the certificates, one process after the other, then the old authority goes.
func TestCertificatesAndTheirAuthorityTurnWithoutAMomentOfRefusal(t *testing.T) {
	s := newShop(t)
	edge, catalog := s.runs("edge", s), s.runs("catalog", s)
	speak := func(when string) {
		t.Helper()
		s.advance(3 * time.Second)
		if called, calls := meet(t, catalog.Server(), edge.Client("catalog")); called != nil || calls != nil {
			t.Errorf("%s: %v, %v", when, called, calls)
		}
	}
	old := s.unwary("edge")
	speak("at first")
	s.turns()
	speak("with both authorities")
	both, err := os.ReadFile(s.Files("edge").CA)
	if err != nil {
		t.Fatal(err)
	}
	s.issues(time.Hour)
	speak("with new certificates")
	if called, _ := meet(t, catalog.Server(), old); called != nil {
		t.Errorf("the old certificate beside the new: %v", called)
	}
	first, _, _ := strings.Cut(string(both), "-----END CERTIFICATE-----\n")
	write(t, s.Files("edge").CA, first+"-----END CERTIFICATE-----\n")
	speak("without the old authority")
	if called, _ := meet(t, catalog.Server(), old); refused(called) != trust.AnotherAuthority {
		t.Errorf("a certificate of the old authority: %v", called)
	}
	write(t, s.Files("edge").CA, "nothing")
	write(t, s.Files("catalog").Cert, "nothing")
	speak("with files that are broken")
	if said := s.log.String(); strings.Count(said, "the new authority is not used, the old one stays") != 2 ||
		strings.Count(said, "the new certificate is not used, the old one stays") != 1 {
		t.Errorf("the log says %s", said)
	}
}

// A certificate that comes to a running process is the service's, or the old one stays.
func TestANewCertificateOfAnotherServiceIsNotTaken(t *testing.T) {
	s := newShop(t)
	edge, catalog := s.runs("edge", s), s.runs("catalog", s)
	wrong := s.Files("inventory")
	own := s.Files("catalog")
	for from, to := range map[string]string{wrong.Cert: own.Cert, wrong.Key: own.Key} {
		content, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		write(t, to, string(content)+"\n")
	}
	s.advance(3 * time.Second)
	if called, calls := meet(t, catalog.Server(), edge.Client("catalog")); called != nil || calls != nil {
		t.Errorf("%v, %v", called, calls)
	}
	if said := s.log.String(); !strings.Contains(said, "the old one stays") {
		t.Errorf("the log says %s", said)
	}
}

func TestAProcessDoesNotStartWithACertificateThatOthersWouldRefuse(t *testing.T) {
	s, other := newShop(t), newShop(t)
	for name, c := range map[string]struct {
		files func(f *trust.Files)
		says  string
	}{
		"no certificate":    {func(f *trust.Files) { f.Cert += ".none" }, "cannot be used"},
		"no key":            {func(f *trust.Files) { f.Key += ".none" }, "cannot be used"},
		"another's key":     {func(f *trust.Files) { f.Key = s.Files("catalog").Key }, "cannot be used"},
		"no authority":      {func(f *trust.Files) { f.CA += ".none" }, "cannot be read"},
		"a key for one":     {func(f *trust.Files) { f.CA = f.Key }, "there is no authority"},
		"a service for one": {func(f *trust.Files) { f.CA = f.Cert }, "is no authority's"},
		"another authority": {
			func(f *trust.Files) { f.CA = other.Files("edge").CA },
			"of no authority that is known",
		},
		"another service": {
			func(f *trust.Files) { *f = s.Files("catalog") },
			`is for ["catalog"], and edge runs here`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := s.Files("edge")
			c.files(&f)
			_, err := trust.Open(f, []string{"edge"}, s.Now, nil, nil)
			if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "\n") {
				t.Errorf("it says %v", err)
			}
		})
	}
}
