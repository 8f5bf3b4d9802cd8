package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// configFile is the optional file of settings. Of a flag, a variable and the file, the
// first that is set counts.
type configFile string

// BeforeResolve puts the file behind the variables.
func (f configFile) BeforeResolve(c *kong.Context, trace *kong.Path) error {
	path, _ := c.FlagValue(trace.Flag).(configFile)
	if path == "" {
		path = configFile(os.Getenv("ARTISAN_CONFIG"))
	}
	if path != "" {
		file, err := os.Open(string(path)) //nolint:gosec // the operator names the file
		if err != nil {
			return fmt.Errorf("the settings cannot be read: %w", err)
		}
		defer func() { _ = file.Close() }()
		resolver, err := readSettings(string(path), file)
		if err != nil {
			return err
		}
		c.AddResolver(resolver)
	}
	c.AddResolver(kong.ResolverFunc(fromEnvironment))
	return nil
}

func fromEnvironment(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	for _, name := range flag.Envs {
		if value, ok := os.LookupEnv(name); ok {
			return value, nil
		}
	}
	return nil, nil
}

// settingsFile is what stands in a file of settings.
type settingsFile struct {
	kong.Resolver
	path string
	keys []string
}

func readSettings(path string, file io.Reader) (kong.Resolver, error) {
	content, err := io.ReadAll(file)
	if err != nil {
		return nil, fmt.Errorf("the settings cannot be read: %w", err)
	}
	values := map[string]any{}
	if err := json.Unmarshal(content, &values); err != nil {
		return nil, fmt.Errorf("the settings in %s are not JSON: %w", path, err)
	}
	resolver, err := kong.JSON(bytes.NewReader(content))
	return settingsFile{resolver, path, slices.Sorted(maps.Keys(values))}, err
}

// Validate refuses a key that no command reads: what it was to set would stay as it is, and nobody would
// know.
func (f settingsFile) Validate(app *kong.Application) error {
	known := map[string]string{} // by how it is read without signs and capitals
	collectKeys(app.Node, known)
	for _, key := range f.keys {
		switch name := known[bareKey(key)]; {
		case name == "":
			return usageError{
				fmt.Errorf(
					"%s: there is no setting %q: take it out, or see `artisan up --help` for what there is",
					f.path, key),
			}
		case key != name && key != camelKey(name):
			return usageError{fmt.Errorf("%s: there is no setting %q; write it as %q", f.path, key, name)}
		}
	}
	return nil
}

func collectKeys(n *kong.Node, known map[string]string) {
	for _, flag := range n.Flags {
		name := strings.ReplaceAll(flag.Name, "-", "_")
		known[bareKey(name)] = name
	}
	for _, child := range n.Children {
		collectKeys(child, known)
	}
}

// bareKey is a key as anybody may have meant it.
func bareKey(key string) string {
	return strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(key))
}

// camelKey is the other way in which a key may be written: databaseUrl for database_url.
func camelKey(name string) string {
	words := strings.Split(name, "_")
	for i, word := range words[1:] {
		words[i+1] = strings.ToUpper(word[:1]) + word[1:]
	}
	return strings.Join(words, "")
}
