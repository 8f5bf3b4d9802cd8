package e2e

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/catalog/picture/picturetest"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	"github.com/artisan-eats/artisan/quick"
	"github.com/artisan-eats/artisan/sqldb"
)

// memoryBudget is what a shop and its children may have resident together while they are sent the worst
// pictures.
const memoryBudget = 256 << 20

// TestAHundredHostilePicturesAtOnceLeaveTheShopItsMemory sends pictures that are small and take much, some
// that only just may, some that are as large as a file may be, and some that are torn, for a maker who is
// approved and for one who is not, each from an account and a network of its own. Whoever is told to come
// back does.
func TestAHundredHostilePicturesAtOnceLeaveTheShopItsMemory(t *testing.T) {
	s := open(t, one, sqldb.SQLite)
	g := s.stock(10, 10)
	waiting, waitingGoods := s.applicant(t)
	var senders []sender
	for i := range 10 {
		senders = append(senders, s.sender(t, i, g.producerID, g.productID),
			s.sender(t, 100+i, waiting, waitingGoods))
	}
	shop := s.procs["up"].cmd.Process.Pid
	// of its start, and of the passwords of all these accounts
	before := peakOf(shop)
	// the peak is measured from here on
	if err := os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", shop), []byte("5"), 0); err != nil {
		t.Fatal(err)
	}
	watched, ended := make(chan int64), make(chan struct{})
	go func() { watched <- childrenPeak(shop, ended) }()
	served := s.shops(t, ended)
	var sending sync.WaitGroup
	var answered [600]atomic.Int32
	pictures := hostilePictures(quick.Of(t, 100, 20, "hostile pictures"))
	for i, content := range pictures {
		sending.Go(func() { answered[senders[i%len(senders)].sends(t, s.listen, content)].Add(1) })
	}
	sending.Wait()
	close(ended)
	children, own := <-watched, peakOf(shop)
	for status := range answered {
		if n := answered[status].Load(); n > 0 {
			t.Logf("%d were answered with %d", n, status)
		}
	}
	t.Logf("at the most %d MiB for the shop (%d before), %d for a child; %d pages served meanwhile", own>>20,
		before>>20, children>>20, <-served)
	if own+children > memoryBudget {
		t.Errorf("the shop and its children take %d MiB, which is more than %d", (own+children)>>20,
			memoryBudget>>20)
	}
	if children == 0 || answered[http.StatusSeeOther].Load() == 0 ||
		answered[http.StatusUnprocessableEntity].Load() == 0 ||
		answered[http.StatusConflict].Load() == 0 && !testing.Short() { // of few no product has too many
		t.Error("not every kind of picture was tried")
	}
	answer, err := s.buy(s.cart(t, g.variantID, 1), "after", object{
		"email": "ann@example.org", "name": "Ann", "window_id": g.pickupID,
		"payment": object{"method": "test", "token": "ok"},
	})
	if err != nil || answer.status != http.StatusCreated {
		t.Errorf("a checkout after it is answered with %d %s, %v", answer.status, answer.raw, err)
	}
}

// hostilePictures are so many, of all kinds, no two of them the same.
func hostilePictures(many int) [][]byte {
	large := func(content []byte) []byte { return append(content, make([]byte, 10<<20-len(content))...) }
	torn := picturetest.PNG(3000, 2400, 16, false, "torn")
	kinds := []func(name string) []byte{
		func(name string) []byte { return picturetest.JPEG(6700, 5300, name) }, // too dear, 208 KB
		func(name string) []byte { return picturetest.JPEG(2000, 1900, name) }, // as dear as it may be
		func(name string) []byte { return picturetest.PNG(3000, 2400, 16, false, name) },
		func(name string) []byte { return picturetest.PNG(2100, 1600, 16, true, name) },
		func(name string) []byte { return picturetest.WebP(3000, 2400, name) },
		func(name string) []byte { return picturetest.WebP(16_000, 2500, name) },
		func(name string) []byte { return large(picturetest.JPEG(2000, 1900, name)) },
		func(name string) []byte { return append(torn[:len(torn)-2000:len(torn)-2000], name...) },
	}
	dear := picturetest.PNG(6700, 5300, 16, false, "") // these take long to make
	interlaced := picturetest.PNG(4000, 3000, 16, true, "")
	var all [][]byte
	for i := range many {
		switch n := i % (len(kinds) + 2); {
		case n < len(kinds):
			all = append(all, kinds[n](strconv.Itoa(i)))
		case n == len(kinds):
			all = append(all, fmt.Append(dear[:len(dear):len(dear)], i))
		default:
			all = append(all, fmt.Append(interlaced[:len(interlaced):len(interlaced)], i))
		}
	}
	return all
}

// sender is an account that works for a maker, behind a network of its own.
type sender struct {
	producerID, productID, session string
	web                            *http.Client
}

func (s *shop) sender(t *testing.T, n int, producerID, productID string) sender {
	t.Helper()
	account := &identityv1.EnsureAccountRequest{
		Email: fmt.Sprintf("maker%d@example.org", n), Password: "a long password, and new", Name: "May",
		Roles: []string{"producer"}, ProducerIds: []string{producerID},
	}
	if _, err := identityv1connect.NewIdentityServiceClient(s.client("identity")).EnsureAccount(t.Context(),
		account); err != nil {
		t.Fatal(err)
	}
	from := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, byte(10+n), 0, 1)}}
	out := sender{producerID: producerID, productID: productID, web: &http.Client{
		Transport:     &http.Transport{DialContext: from.DialContext},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	in := s.must(t, http.StatusCreated, http.MethodPost, "/sessions",
		object{"email": account.GetEmail(), "password": account.GetPassword()})
	out.session = in.body.str("token")
	return out
}

// sends uploads a picture until somebody has looked at it, and says what the answer was.
func (f sender) sends(t *testing.T, shop string, content []byte) (status int) {
	var form bytes.Buffer
	fields := multipart.NewWriter(&form)
	_ = fields.WriteField("alt", "A loaf") // memory takes all
	part, _ := fields.CreateFormFile("file", "loaf.jpg")
	_, _ = part.Write(content)
	_ = fields.Close()
	for range 1000 {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, shop+"/producer/products/"+
			f.productID+"/pictures", bytes.NewReader(form.Bytes()))
		if err != nil {
			t.Error(err)
			return 0
		}
		request.Header.Set("Content-Type", fields.FormDataContentType())
		request.Header.Set("Sec-Fetch-Site", "same-origin")
		request.AddCookie(&http.Cookie{Name: "session", Value: f.session})
		answer, err := f.web.Do(request)
		if err != nil {
			t.Errorf("a picture is not answered: %v", err)
			return 0
		}
		_, _ = io.Copy(io.Discard, answer.Body)
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusServiceUnavailable &&
			answer.StatusCode != http.StatusTooManyRequests {
			return answer.StatusCode
		}
		time.Sleep(50 * time.Millisecond) // and comes back
	}
	return http.StatusServiceUnavailable
}

// applicant is a maker who waits for the operator, with a product.
func (s *shop) applicant(t *testing.T) (producerID, productID string) {
	t.Helper()
	made, err := catalogv1connect.NewCatalogServiceClient(s.client("catalog")).PutProducer(t.Context(),
		&catalogv1.PutProducerRequest{
			Producer: &catalogv1.Producer{Market: market, Name: "Not Yet"},
		})
	if err != nil {
		t.Fatal(err)
	}
	producerID = made.GetProducer().GetId()
	productID, _ = s.addProduct(producerID, "First try", 500, 1)
	return producerID, productID
}

// shops looks at the shop's pages until it has ended, and counts them. Each of them has to be there.
func (s *shop) shops(t *testing.T, ended <-chan struct{}) (served chan int) {
	served = make(chan int, 1)
	go func() {
		n := 0
		for ctx := t.Context(); ctx.Err() == nil; n++ {
			select {
			case <-ended:
				served <- n
				return
			default:
			}
			for _, path := range []string{"/", "/m/" + market + "/products", "/api/v1/products?market=" +
				market} {
				time.Sleep(time.Millisecond) // the machine is wanted by others
				if status := statusOf(ctx, s.listen+path); status != http.StatusOK {
					t.Errorf("meanwhile %s is answered with %d", path, status)
				}
			}
		}
		served <- n
	}()
	return served
}

func statusOf(ctx context.Context, address string) int {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0
	}
	answer, err := web.Do(request)
	if err != nil {
		return 0
	}
	_, _ = io.Copy(io.Discard, answer.Body)
	_ = answer.Body.Close()
	return answer.StatusCode
}

// childrenPeak is the most that the children of a process had resident at once, as far as it was seen. Of the
// program, which they have in common with it, there is one copy: that is the parent's.
func childrenPeak(parent int, ended <-chan struct{}) (most int64) {
	type size struct{ peak, own int64 }
	seen := map[int]size{}
	for {
		select {
		case <-ended:
			return most
		default:
		}
		sum := int64(0)
		program := commandOf(parent)
		lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", parent))
		for _, list := range lists {
			children, _ := os.ReadFile(list)
			for child := range strings.FieldsSeq(string(children)) {
				pid, _ := strconv.Atoi(child)
				if commandOf(pid) == program { // between fork and exec it has the parent's memory, and no own
					continue
				}
				status := procStatus(pid)
				if peak := figureOf(status, "VmHWM"); peak > seen[pid].peak {
					// the program is a file, or in memory where files are kept there
					seen[pid] = size{peak, peak - figureOf(status, "RssFile") - figureOf(status, "RssShmem")}
				}
				sum += seen[pid].own
			}
		}
		most = max(most, sum)
		time.Sleep(2 * time.Millisecond)
	}
}

func commandOf(pid int) string {
	command, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	return string(command)
}

// peakOf is the most that a process had resident, in bytes; 0 when it is gone.
func peakOf(pid int) int64 { return figureOf(procStatus(pid), "VmHWM") }

// procStatus is what the system says of a process at one moment; nothing when it is gone.
func procStatus(pid int) string {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	return string(status)
}

// figureOf is a figure of memory in a status, in bytes.
func figureOf(status, name string) int64 {
	_, rest, _ := strings.Cut(status, name+":")
	line, _, _ := strings.Cut(rest, " kB")
	kilobytes, _ := strconv.ParseInt(strings.TrimSpace(line), 10, 64)
	return kilobytes << 10
}
