package intake

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/catalog/goods"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	"github.com/artisan-eats/artisan/gen/sql/catalogdb"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/idempotency"
	"github.com/artisan-eats/artisan/inventory"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

// post is a catalogue whose readers run only when a test runs them, with a producer.
type post struct {
	*testing.T
	catalogv1connect.CatalogServiceClient
	service  *Service
	store    *goods.Store
	producer string
	files    int
}

const me = "acc_x_1"

// eachPost runs a test on each engine.
func eachPost(t *testing.T, test func(p *post)) {
	for _, engine := range sqldbtest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			p := &post{T: t}
			process := hosttest.Open(t, engine, []host.Service{
				{Name: "catalog", Migrations: os.DirFS("../migrations/catalog"), Searches: true, New: p.open},
				inventory.Room(),
			})
			p.CatalogServiceClient = catalogv1connect.NewCatalogServiceClient(process.Client("catalog"))
			p.must(p.store.PutMarket(t.Context(), goods.Market{
				Code: "portland", Name: "Portland", Currency: "USD", TimeZone: "America/Los_Angeles",
				Country: "US", Locale: "en-US",
			}))
			made, err := p.store.PutProducer(t.Context(),
				goods.Producer{Market: "portland", Name: "Oak", Approved: true}, idempotency.Form{})
			p.must(err)
			p.producer = made.ID
			test(p)
		})
	}
}

// served are the RPCs of files alone.
type served struct {
	nothingElse
	*Service
}

type nothingElse struct {
	catalogv1connect.UnimplementedCatalogServiceHandler
}

func (p *post) open(h *host.Host) (err error) {
	if err := idempotency.Keep(h); err != nil {
		return err
	}
	if p.store, err = goods.Open(p.Context(), h.DB(), h.Now, h.NewID, h.Audit); err != nil {
		return err
	}
	if p.service, err = New(p.Context(), h, p.store, func() {}); err != nil {
		return err
	}
	catalogv1connect.RegisterCatalogServiceHandler(h.RPC(), served{Service: p.service})
	return nil
}

func (p *post) must(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

// sends has a file kept, and gives its key.
func (p *post) sends(content string) (key string, err error) {
	p.Helper()
	p.files++
	key = fmt.Sprintf("the-key-of-the-file-%d", p.files)
	stream, err := p.TryImport(p.Context())
	p.must(err)
	_ = stream.Send(&catalogv1.TryImportRequest{
		Part: &catalogv1.TryImportRequest_File{File: &catalogv1.SentImport{
			Key: key, Sender: me, Market: "portland", ProducerId: p.producer, Format: "auto",
			Name: "goods.csv",
		}},
	})
	for len(content) > 0 {
		n := min(len(content), 1<<20)
		_ = stream.Send(&catalogv1.TryImportRequest{
			Part: &catalogv1.TryImportRequest_Chunk{Chunk: []byte(content[:n])},
		})
		content = content[n:]
	}
	_, err = stream.CloseAndReceive()
	return key, err
}

func (p *post) runs(key string) error {
	_, err := p.RunImport(p.Context(), &catalogv1.RunImportRequest{
		Sender: me, ProducerId: p.producer,
		Key: key,
	})
	return err
}

// reads lets a reader take what waits for it.
func (p *post) reads() { p.must(p.service.readSent(p.Context())) }

func (p *post) kept() *catalogv1.KeptImport {
	p.Helper()
	answer, err := p.GetImport(p.Context(), &catalogv1.GetImportRequest{Sender: me, ProducerId: p.producer})
	p.must(err)
	return answer.GetKept()
}

func (p *post) exec(query string) {
	p.Helper()
	p.must(p.service.store.DB.Tx(p.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
		_, err := tx.ExecContext(ctx, query)
		return err
	}))
}

func (p *post) wantCode(err error, code string) {
	p.Helper()
	if !fault.Is(err, code) {
		p.Errorf("got %v, want %s", err, code)
	}
}

// products are how many the market has.
func (p *post) products() (n int) {
	p.Helper()
	p.must(p.store.DB.Read().QueryRowContext(p.Context(), "SELECT COUNT(*) FROM product").Scan(&n))
	return n
}

const twoGoods = "Handle,Title,Vendor,Variant Price\nbrie,Brie,Oak,9.50\nrye,Rye,Oak,5\n"

func TestASentFileIsTriedAndThenImported(t *testing.T) {
	eachPost(t, func(p *post) {
		key, err := p.sends(twoGoods)
		p.must(err)
		if k := p.kept(); k.GetOver() || !k.GetDryRun() || k.GetKey() != key || k.GetName() != "goods.csv" ||
			k.GetSize() != int64(len(twoGoods)) {
			p.Errorf("before it is read it is %v", k)
		}
		p.reads()
		if k := p.kept(); !k.GetOver() || !k.GetDryRun() || k.GetCounts().GetProducts() != 2 ||
			len(k.GetChanges()) != 2 || k.GetFormat() != "shopify" || p.products() != 0 {
			p.Errorf("tried it is %v", k)
		}
		p.must(p.runs(key))
		p.must(p.runs(key)) // a double click
		p.reads()
		if k := p.kept(); !k.GetOver() || k.GetDryRun() || k.GetCounts().GetProducts() != 2 ||
			p.products() != 2 {
			p.Errorf("imported it is %v", k)
		}
		p.must(p.runs(key))
		p.reads()
		if k := p.kept(); k.GetCounts().GetProducts() != 2 {
			p.Errorf("what is imported is imported again: %v", k)
		}
		if _, err := p.DropImport(p.Context(),
			&catalogv1.DropImportRequest{Sender: me, ProducerId: p.producer}); err != nil || p.kept() != nil {
			p.Errorf("it stays: %v", err)
		}
		p.wantCode(p.runs(key), "file_gone")
	})
}

// published are the titles that shoppers see.
func (p *post) published() (titles []string) {
	p.Helper()
	p.must(sqldb.EachRow(p.Context(), p.store.DB.Read(),
		"SELECT title FROM product WHERE listed = 1 ORDER BY title_key", nil, func(scan sqldb.Scanner) error {
			var title string
			err := scan(&title)
			titles = append(titles, title)
			return err
		}))
	return titles
}

// imports tries a file and then has it imported.
func (p *post) imports(content string, showNew bool) {
	p.Helper()
	key, err := p.sends(content)
	p.must(err)
	p.reads()
	_, err = p.RunImport(p.Context(), &catalogv1.RunImportRequest{
		Sender: me, ProducerId: p.producer,
		Key: key, ShowNew: showNew,
	})
	p.must(err)
	p.reads()
	if k := p.kept(); !k.GetOver() || k.GetDryRun() || k.GetTrouble() != "" || k.GetShowNew() != showNew ||
		!k.GetHidesNew() {
		p.Errorf("imported it is %v", k)
	}
}

// TestWhatIsNewByAFileIsHiddenUntilItsMakerHasLooked shows one of two, and imports the file again, with one
// more that is shown at once.
func TestWhatIsNewByAFileIsHiddenUntilItsMakerHasLooked(t *testing.T) {
	eachPost(t, func(p *post) {
		p.imports(twoGoods, false)
		if got := p.published(); p.products() != 2 || len(got) != 0 {
			p.Fatalf("of %d products shoppers see %q", p.products(), got)
		}
		var brie string
		p.must(p.store.DB.Read().QueryRowContext(p.Context(),
			"SELECT id FROM product WHERE title = 'Brie'").Scan(&brie))
		_, err := p.store.SetPublished(p.Context(), "portland", p.producer, []string{brie}, true,
			idempotency.Form{})
		p.must(err)
		p.imports(strings.Replace(twoGoods, "9.50", "9.75", 1), false)
		if got := p.published(); !slices.Equal(got, []string{"Brie"}) {
			p.Errorf("what is shown is another after a second import: %q", got)
		}
		p.imports(twoGoods+"oat,Oat,Oak,4\n", true)
		if got := p.published(); !slices.Equal(got, []string{"Brie", "Oat"}) {
			p.Errorf("once new ones are shown, and old ones stay as they are, shoppers see %q", got)
		}
	})
}

// TestAnImportThatWasCutOffGoesOnAsItWasBegun is run again by a form that asks nothing.
func TestAnImportThatWasCutOffGoesOnAsItWasBegun(t *testing.T) {
	eachPost(t, func(p *post) {
		key, err := p.sends(twoGoods)
		p.must(err)
		p.reads()
		_, err = p.RunImport(p.Context(), &catalogv1.RunImportRequest{
			Sender: me, ProducerId: p.producer,
			Key: key, ShowNew: true,
		})
		p.must(err)
		p.dies()
		p.must(p.runs(key))
		p.reads()
		if got := p.published(); len(got) != 2 {
			p.Errorf("shoppers see %q", got)
		}
	})
}

func TestASentFileIsItsSendersAlone(t *testing.T) {
	eachPost(t, func(p *post) {
		key, err := p.sends(twoGoods)
		p.must(err)
		answer, err := p.GetImport(p.Context(),
			&catalogv1.GetImportRequest{Sender: "acc_x_2", ProducerId: p.producer})
		if err != nil || answer.GetKept() != nil {
			p.Errorf("somebody else sees %v, %v", answer, err)
		}
		_, err = p.RunImport(p.Context(),
			&catalogv1.RunImportRequest{Sender: "acc_x_2", ProducerId: p.producer, Key: key})
		p.wantCode(err, "file_gone")
	})
}

func TestASentFileGoesWhenItsTimeIsOver(t *testing.T) {
	eachPost(t, func(p *post) {
		key, err := p.sends(twoGoods)
		p.must(err)
		p.reads()
		p.must(p.service.files.forgetSent(p.Context()))
		if p.kept() == nil {
			p.Error("it goes too early")
		}
		p.exec("UPDATE sent_file SET kept_until = 1")
		if p.kept() != nil {
			p.Error("it is shown after its time")
		}
		p.wantCode(p.runs(key), "file_gone")
		p.must(p.service.files.forgetSent(p.Context()))
		var parts int
		p.must(p.service.store.DB.Read().QueryRowContext(p.Context(),
			"SELECT COUNT(*) FROM sent_file_part").Scan(&parts))
		if parts != 0 {
			p.Errorf("%d parts of it stay", parts)
		}
	})
}

func TestWhatCannotBeReadIsSaid(t *testing.T) {
	eachPost(t, func(p *post) {
		_, err := p.sends("\x89PNG")
		p.must(err)
		p.reads()
		if k := p.kept(); !k.GetOver() || k.GetTrouble() == "" || k.GetAgain() {
			p.Errorf("a picture is %v", k)
		}
		_, err = p.sends(strings.Repeat("x", maxSent+1))
		p.wantCode(err, "too_large")
		p.exec(fmt.Sprintf("UPDATE sent_file SET sender = 'other', size = %d", maxAllSent))
		_, err = p.sends(twoGoods)
		p.wantCode(err, "overloaded")
	})
}

// TestAFileOfManyPartsIsReadWhole sends one that is not a row's only.
func TestAFileOfManyPartsIsReadWhole(t *testing.T) {
	eachPost(t, func(p *post) {
		const rows = 60_000
		var file strings.Builder
		file.WriteString("Handle,Title,Vendor,Variant Price\n")
		for i := range rows {
			// another producer's, so that it is quick
			fmt.Fprintf(&file, "p%d,Product number %d,Elm,1.00\n", i, i)
		}
		_, err := p.sends(file.String())
		p.must(err)
		p.reads()
		if k := p.kept(); file.Len() < 2*sentPart || k.GetCounts().GetFailed() != rows ||
			k.GetAllIssues() != rows || len(k.GetIssues()) != shownRows {
			p.Errorf("%d of %d rows", k.GetCounts().GetFailed(), rows)
		}
	})
}

// dies claims a reading as a process that then says nothing more.
func (p *post) dies() *sentFile {
	p.Helper()
	file, err := p.service.files.claimReading(p.Context())
	p.must(err)
	p.exec("UPDATE sent_file SET lease_until = 1")
	return file
}

func TestAnImportWhoseProcessDiedIsShownAndRunAgain(t *testing.T) {
	eachPost(t, func(p *post) {
		key, err := p.sends(twoGoods)
		p.must(err)
		p.reads()
		p.must(p.runs(key))
		_, err = p.sends(twoGoods)
		p.wantCode(err, "import_running")
		dead := p.dies()
		if k := p.kept(); !k.GetOver() || k.GetDryRun() || !k.GetAgain() ||
			!strings.Contains(k.GetTrouble(), "interrupted") {
			p.Errorf("cut off it is %v", k)
		}
		p.reads()
		if p.products() != 0 {
			p.Error("it goes on by itself")
		}
		p.must(p.runs(key))
		p.wantCode(p.service.files.saveReading(p.Context(), dead, "{}", true), "read_elsewhere")
		p.reads()
		if k := p.kept(); k.GetTrouble() != "" || k.GetCounts().GetProducts() != 2 || p.products() != 2 {
			p.Errorf("run again it is %v", k)
		}
	})
}

func TestADeadImportDoesNotBlockTheNextFile(t *testing.T) {
	eachPost(t, func(p *post) {
		key, err := p.sends(twoGoods)
		p.must(err)
		p.reads()
		p.must(p.runs(key))
		p.dies()
		if _, err = p.sends(twoGoods); err != nil {
			p.Errorf("the next file is answered with %v", err)
		}
	})
}

// TestAReaderThatComesBackWritesNothing is a process that stood still while its reading was given to another.
func TestAReaderThatComesBackWritesNothing(t *testing.T) {
	eachPost(t, func(p *post) {
		key, err := p.sends(twoGoods)
		p.must(err)
		p.reads()
		p.must(p.runs(key))
		zombie := p.dies()
		p.must(p.runs(key))
		err = p.service.importSent(p.Context(), zombie, &report{})
		if !errors.Is(err, errReadElsewhere) || p.products() != 0 {
			p.Errorf("it ends with %v, and there are %d products", err, p.products())
		}
	})
}

// TestAProcessThatStopsSaysSo is a reading that is cut off in an orderly way: it is known at once.
func TestAProcessThatStopsSaysSo(t *testing.T) {
	eachPost(t, func(p *post) {
		_, err := p.sends(twoGoods)
		p.must(err)
		file, err := p.service.files.claimReading(p.Context())
		p.must(err)
		ctx, stop := context.WithCancel(p.Context())
		stop()
		p.must(p.service.read(ctx, file))
		if k := p.kept(); !k.GetOver() || !k.GetAgain() || !strings.Contains(k.GetTrouble(), "interrupted") {
			p.Errorf("it is %v", k)
		}
	})
}

// TestTwoReadersDoNotReadOneFile has many of them at once.
func TestTwoReadersDoNotReadOneFile(t *testing.T) {
	eachPost(t, func(p *post) {
		_, err := p.sends(twoGoods)
		p.must(err)
		var all sync.WaitGroup
		claimed := make(chan *sentFile, 8)
		for range cap(claimed) {
			all.Go(func() {
				file, err := p.service.files.claimReading(p.Context())
				if err != nil {
					p.Error(err)
				}
				if file != nil {
					claimed <- file
				}
			})
		}
		all.Wait()
		if len(claimed) != 1 {
			p.Errorf("%d readers have it", len(claimed))
		}
	})
}

// TestAReadingThatLivesKeepsItsLease looks at a beat: it tells how far the reading is, and lengthens the
// lease.
func TestAReadingThatLivesKeepsItsLease(t *testing.T) {
	eachPost(t, func(p *post) {
		_, err := p.sends(twoGoods)
		p.must(err)
		file := p.dies()
		r := &report{}
		p.must(r.tellProgress(progress{rows: 7, bytes: 70}))
		p.must(p.service.files.saveReading(p.Context(), file, r.text(), false))
		if k := p.kept(); k.GetOver() || k.GetTrouble() != "" || k.GetProgress().GetRows() != 7 ||
			k.GetProgress().GetBytes() != 70 {
			p.Errorf("it is %v", k)
		}
	})
}

// TestOneFileOfADeskIsKept sends many at once.
func TestOneFileOfADeskIsKept(t *testing.T) {
	eachPost(t, func(p *post) {
		var all sync.WaitGroup
		for i := range 6 {
			all.Go(func() {
				p.Helper()
				if err := p.arrives(fmt.Sprintf("a-key-that-is-long-%d", i)); err != nil &&
					!fault.Is(err, "sent_twice") {
					p.Error(err)
				}
			})
		}
		all.Wait()
		var n int
		p.must(p.service.store.DB.Read().QueryRowContext(p.Context(),
			"SELECT COUNT(*) FROM sent_file").Scan(&n))
		if n != 1 || p.kept() == nil {
			p.Errorf("%d are kept", n)
		}
	})
}

// arrives keeps two goods under a key.
func (p *post) arrives(key string) error {
	a, err := p.service.files.begin(p.Context(), p.producer, "portland")
	if err == nil {
		err = a.put(p.Context(), []byte(twoGoods))
	}
	if err != nil {
		return err
	}
	if err = a.finish(p.Context(), catalogdb.SentFile{
		Key: key, Sender: me, ProducerID: p.producer,
		Market: "portland", Name: "goods.csv", Format: "auto",
	}); err != nil {
		return errors.Join(err, a.giveUp(p.Context()))
	}
	return nil
}

// rows counts the rows of a table.
func (p *post) rows(table string) (n int) {
	p.Helper()
	p.must(p.store.DB.Read().QueryRowContext(p.Context(), "SELECT COUNT(*) FROM "+table).Scan(&n))
	return n
}

// TestAFileThatArrivesIsNobodysUntilItIsWhole sends one over another, and gives one up, and forgets one that
// stopped half-way.
func TestAFileThatArrivesIsNobodysUntilItIsWhole(t *testing.T) {
	eachPost(t, func(p *post) {
		first, err := p.sends(twoGoods)
		p.must(err)
		second, err := p.service.files.begin(p.Context(), p.producer, "portland")
		p.must(err)
		p.must(second.put(p.Context(), []byte(twoGoods[:20])))
		p.must(second.put(p.Context(), []byte(twoGoods[20:])))
		if k := p.kept(); k.GetKey() != first {
			p.Errorf("while another arrives there is %v", k)
		}
		p.must(second.finish(p.Context(), catalogdb.SentFile{
			Key: "the second, which is whole", Sender: me,
			ProducerID: p.producer, Market: "portland", Format: "auto",
		}))
		p.reads()
		if k := p.kept(); k.GetKey() == first || k.GetSize() != int64(len(twoGoods)) ||
			k.GetCounts().GetProducts() != 2 || p.rows("sent_file") != 1 || p.rows("sent_file_part") != 2 {
			p.Errorf("once it is whole there is %v, of %d files in %d parts", k, p.rows("sent_file"),
				p.rows("sent_file_part"))
		}
		_, err = p.sends(strings.Repeat("x", maxSent+1))
		p.wantCode(err, "too_large")
		if p.rows("sent_file") != 1 || p.rows("sent_file_part") != 2 {
			p.Errorf("what is given up leaves %d files in %d parts", p.rows("sent_file"),
				p.rows("sent_file_part"))
		}
		lost, err := p.service.files.begin(p.Context(), p.producer, "portland")
		p.must(err)
		p.must(lost.put(p.Context(), []byte(twoGoods)))
		p.exec("UPDATE sent_file SET kept_until = 1 WHERE key LIKE 'arriving %'")
		p.must(p.service.files.forgetSent(p.Context()))
		if p.rows("sent_file") != 1 || p.rows("sent_file_part") != 2 {
			p.Errorf("what stopped half-way leaves %d files in %d parts", p.rows("sent_file"),
				p.rows("sent_file_part"))
		}
		p.wantCode(lost.put(p.Context(), []byte(twoGoods)), "file_gone")
	})
}

// TestWhoeverWaitsForAFileIsToldWhenItIsRead has time stand still, so that nothing but the reading tells.
func TestWhoeverWaitsForAFileIsToldWhenItIsRead(t *testing.T) {
	eachPost(t, func(p *post) {
		waits := make(chan struct{}, 8)
		p.service.after = func(time.Duration) <-chan time.Time {
			waits <- struct{}{}
			return nil
		}
		_, err := p.sends(twoGoods)
		p.must(err)
		told := make(chan *catalogv1.KeptImport)
		go func() {
			answer, err := p.GetImport(p.Context(),
				&catalogv1.GetImportRequest{Sender: me, ProducerId: p.producer, WaitMs: 5000})
			if err != nil {
				p.Error(err)
			}
			told <- answer.GetKept()
		}()
		<-waits
		<-waits // it has looked, and waits
		p.reads()
		if k := <-told; !k.GetOver() || k.GetCounts().GetProducts() != 2 {
			p.Errorf("it is told %v", k)
		}
	})
}
