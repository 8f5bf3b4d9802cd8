package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime/debug"
	"slices"
	"strings"

	"connectrpc.com/connect/v2"
	"golang.org/x/term"

	"github.com/artisan-eats/artisan/audit"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	"github.com/artisan-eats/artisan/host"
)

// importCmd reads a catalogue file.
type importCmd struct {
	File     string `arg:"" help:"The file." type:"existingfile"`
	Market   string `help:"The market's code; the only one when left out."`
	Producer string `help:"The producer of rows that name none."`
	Format   string `help:"auto, shopify, woocommerce, square or ofn." enum:"auto,shopify,woocommerce,square,ofn" default:"auto"`
	DryRun   bool   `help:"Say what would change, and change nothing."`
	settings
}

// exportCmd writes a catalogue file.
type exportCmd struct {
	Format string `help:"shopify, ofn or google." enum:"shopify,ofn,google" default:"shopify"`
	Market string `help:"The market's code; the only one when left out."`
	settings
}

// rowsRefused makes import exit with 1; what is wrong was said row by row.
func rowsRefused(n int64, dryRun bool) error {
	rows, were := fmt.Sprint(n, " rows"), "were"
	if n == 1 {
		rows, were = "1 row", "was"
	}
	if dryRun {
		return fmt.Errorf("%s would be refused", rows)
	}
	return fmt.Errorf("%s %s refused; the others are in", rows, were)
}

// Run imports the file.
func (c *importCmd) Run(ctx context.Context, std streams) error {
	return c.withCatalog(ctx, "artisan import", std.err,
		func(client catalogv1connect.CatalogServiceClient) error {
			market, err := chooseMarket(ctx, client, c.Market)
			if err != nil {
				return err
			}
			file, err := os.Open(c.File)
			if err != nil {
				return fmt.Errorf("the file cannot be read: %w", err)
			}
			defer func() { _ = file.Close() }()
			info, err := file.Stat()
			if err != nil {
				return fmt.Errorf("the file cannot be read: %w", err)
			}
			header := &catalogv1.ImportHeader{
				Market: market, Producer: c.Producer, Format: c.Format,
				DryRun: c.DryRun, Size: info.Size(),
			}
			done, err := sendFile(ctx, client, header, file, newProgress(std, c.DryRun, info.Size()))
			if err != nil {
				return err
			}
			_, _ = fmt.Fprintf(std.out,
				"imported: %d products, %d variants, %d updated, %d skipped, %d failed\n",
				done.GetProducts(), done.GetVariants(), done.GetUpdated(), done.GetSkipped(),
				done.GetFailed())
			if done.GetFailed() > 0 {
				return rowsRefused(done.GetFailed(), c.DryRun)
			}
			return nil
		})
}

const chunkSize = 64 << 10

// sendFile streams a file and shows what comes back, until the counts.
func sendFile(
	ctx context.Context, client catalogv1connect.CatalogServiceClient, header *catalogv1.ImportHeader,
	file io.Reader, show *progress,
) (*catalogv1.ImportCounts, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := client.Import(ctx)
	if err != nil {
		return nil, err
	}
	sent := make(chan error, 1)
	go func() { sent <- send(stream, header, file) }()
	done, err := receive(stream, show)
	cancel()
	if sendErr := <-sent; err == nil && done == nil {
		err = sendErr
	}
	if err == nil && done == nil {
		err = errors.New("the import ended before it was done; run it again, nothing is doubled")
	}
	return done, err
}

type importStream interface {
	Send(*catalogv1.ImportRequest) error
	CloseSend() error
	Receive() (*catalogv1.ImportResponse, error)
}

func send(stream importStream, header *catalogv1.ImportHeader, file io.Reader) error {
	err := stream.Send(&catalogv1.ImportRequest{Part: &catalogv1.ImportRequest_Header{Header: header}})
	buffer := make([]byte, chunkSize)
	for err == nil {
		n, readErr := file.Read(buffer)
		if n > 0 {
			chunk := append([]byte(nil), buffer[:n]...)
			err = stream.Send(&catalogv1.ImportRequest{Part: &catalogv1.ImportRequest_Chunk{Chunk: chunk}})
		}
		if errors.Is(readErr, io.EOF) {
			break
		}
		if readErr != nil {
			return fmt.Errorf("the file cannot be read: %w", readErr)
		}
	}
	return errors.Join(err, stream.CloseSend())
}

func receive(stream importStream, show *progress) (*catalogv1.ImportCounts, error) {
	defer show.end()
	for {
		response, err := stream.Receive()
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		switch part := response.GetPart().(type) {
		case *catalogv1.ImportResponse_Format:
			show.line(show.std.err, "reading a file of "+part.Format)
		case *catalogv1.ImportResponse_Progress:
			show.advance(part.Progress)
		case *catalogv1.ImportResponse_Issue:
			show.issue(part.Issue)
		case *catalogv1.ImportResponse_Change:
			show.change(part.Change)
		case *catalogv1.ImportResponse_Done:
			return part.Done, nil
		}
	}
}

// progress shows an import: on a terminal a bar, and everywhere what is wrong row by row.
type progress struct {
	std    streams
	dryRun bool
	size   int64
	bar    bool
	drawn  bool
}

func newProgress(std streams, dryRun bool, size int64) *progress {
	file, isFile := std.err.(*os.File)
	return &progress{std: std, dryRun: dryRun, size: size, bar: isFile && size > 0 &&
		term.IsTerminal(int(file.Fd()))}
}

const barWidth = 40

func (p *progress) advance(at *catalogv1.ImportProgress) {
	if !p.bar {
		return
	}
	full := int(min(at.GetBytes(), p.size) * barWidth / p.size)
	_, _ = fmt.Fprintf(p.std.err, "\r[%s%s] %3d%%  %d rows", strings.Repeat("=", full),
		strings.Repeat(" ", barWidth-full),
		min(at.GetBytes(), p.size)*100/p.size, at.GetRows())
	p.drawn = true
}

func (p *progress) issue(i *catalogv1.ImportIssue) {
	where := fmt.Sprintf("row %d", i.GetRow())
	if i.GetColumn() != "" {
		where += ", " + i.GetColumn()
	}
	p.line(p.std.err, where+": "+i.GetMessage())
}

func (p *progress) change(c *catalogv1.ImportChange) {
	if !p.dryRun {
		return
	}
	text := fmt.Sprintf("row %d: %s %s", c.GetRow(), c.GetWhat(), c.GetTitle())
	if len(c.GetDetails()) > 0 {
		text += " (" + strings.Join(c.GetDetails(), "; ") + ")"
	}
	p.line(p.std.out, text)
}

// line writes a line where the bar is not in its way.
func (p *progress) line(w io.Writer, text string) {
	p.end()
	_, _ = fmt.Fprintln(w, text)
}

func (p *progress) end() {
	if p.drawn {
		_, _ = fmt.Fprint(p.std.err, "\r\x1b[K")
		p.drawn = false
	}
}

// Run exports the market.
func (c *exportCmd) Run(ctx context.Context, std streams) error {
	return c.withCatalog(ctx, "artisan export", std.err,
		func(client catalogv1connect.CatalogServiceClient) error {
			market, err := chooseMarket(ctx, client, c.Market)
			if err != nil {
				return err
			}
			base := c.BaseURL
			if base == "" {
				base = "http://127.0.0.1:8080"
			}
			stream, err := client.Export(ctx,
				&catalogv1.ExportRequest{Market: market, Format: c.Format, BaseUrl: base})
			if err != nil {
				return err
			}
			defer func() { _ = stream.Close() }()
			for {
				response, err := stream.Receive()
				if errors.Is(err, io.EOF) {
					return nil
				}
				if err != nil {
					return err
				}
				if _, err := std.out.Write(response.GetChunk()); err != nil {
					return err
				}
			}
		})
}

// chooseMarket is the named market, or the only one.
func chooseMarket(
	ctx context.Context, client catalogv1connect.CatalogServiceClient, code string,
) (string, error) {
	response, err := client.ListMarkets(ctx, &catalogv1.ListMarketsRequest{})
	if err != nil {
		return "", err
	}
	var codes []string
	for _, m := range response.GetMarkets() {
		codes = append(codes, m.GetCode())
	}
	switch {
	case slices.Contains(codes, code):
		return code, nil
	case len(codes) == 0:
		return "",
			usageError{errors.New("there is no market yet; make one with `artisan market CODE --name NAME`")}
	case code != "":
		return "",
			usageError{fmt.Errorf("there is no market %q; there is %s", code, strings.Join(codes, ", "))}
	case len(codes) > 1:
		return "",
			usageError{fmt.Errorf("name one of the markets with --market: %s", strings.Join(codes, ", "))}
	}
	return codes[0], nil
}

// shop gives the client of a service.
type shop func(service string) *connect.Client

// storedNames are the services that have a database.
func storedNames() []string {
	return slices.DeleteFunc(serviceNames(), func(name string) bool { return name == "edge" })
}

// withShop calls the shop's services: of the processes that hold the data directory, or,
// where none does, opened for this command.
func (s settings) withShop(
	ctx context.Context, command string, stderr io.Writer, use func(shop) error,
) error {
	s.LogLevel = max(s.LogLevel, slog.LevelWarn) // a command's own words are enough
	config, err := s.config(start{}, "", command, stderr)
	if err != nil {
		return err
	}
	if _, file := config.AuditLog.(*audit.File); !file {
		config.AuditLog = nil // the command's own output is for its user
	}
	p, err := host.New(ctx, config, services, storedNames()...)
	var held *host.InUseError
	if errors.As(err, &held) && held.Running.Admin != "" {
		return use(host.Held(config.Data))
	}
	if err != nil {
		return err
	}
	p.Work(ctx)
	return errors.Join(use(p.Client), p.Stop())
}

func (s settings) withCatalog(
	ctx context.Context, command string, stderr io.Writer,
	use func(catalogv1connect.CatalogServiceClient) error,
) error {
	return s.withShop(ctx, command, stderr, func(s shop) error {
		return use(catalogv1connect.NewCatalogServiceClient(s("catalog")))
	})
}

// version is which version of the program this is.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main.Version
	}
	return "unknown"
}

// Run prints the version.
func (versionCmd) Run(std streams) error {
	_, err := fmt.Fprintln(std.out, "artisan", version())
	return err
}
