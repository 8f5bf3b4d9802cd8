package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// loaded is the name under which `docker load` shows the image.
const loaded = "artisan:latest"

// makeImage builds every platform, writes what there is of each into a new directory, and tells of it.
func makeImage(ctx context.Context, src *tree, o options, work string, stdout io.Writer) error {
	if err := newDir(o.out); err != nil {
		return err
	}
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	made := provenance{src: src, platforms: o.platforms}
	for _, platform := range o.platforms {
		b, err := build(ctx, src, platform, work)
		if err != nil {
			return err
		}
		img, err := image(src, b)
		if err != nil {
			return err
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{Add: img, Descriptor: v1.Descriptor{
			Platform: &v1.Platform{OS: "linux", Architecture: b.arch},
		}})
		digest, err := writePlatform(ctx, src, b, img, o.out)
		if err != nil {
			return err
		}
		made.add("artisan-"+b.arch, digest, b.info)
		_, _ = fmt.Fprintf(stdout, "linux/%s %s\n", b.arch, digest)
	}
	return finish(ctx, index, &made, o, stdout)
}

// finish writes what is of all platforms, and pushes it.
func finish(ctx context.Context, index v1.ImageIndex, made *provenance, o options, stdout io.Writer) error {
	digest, err := index.Digest()
	if err != nil {
		return err
	}
	if _, err := layout.Write(filepath.Join(o.out, "oci"), index); err != nil {
		return err
	}
	made.add("artisan", digest, nil)
	if err := writeJSON(filepath.Join(o.out, "artisan.provenance.json"), made.statement()); err != nil {
		return err
	}
	if o.push != "" {
		if err := push(ctx, index, o.push); err != nil {
			return err
		}
	}
	_, _ = fmt.Fprintf(stdout, "image: %s\n", digest)
	return nil
}

// newDir makes a directory, or finds it empty.
func newDir(dir string) error {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) == 0 {
		return err
	}
	return fmt.Errorf("%s is not empty: name a new directory", dir)
}

// image is the program with its files, in two layers: the first is the same in most versions.
func image(src *tree, b *built) (v1.Image, error) {
	created := v1.Time{Time: src.at}
	img := mutate.MediaType(empty.Image, types.OCIManifestSchema1)
	img = mutate.ConfigMediaType(img, types.OCIConfigJSON)
	for _, files := range [][]file{baseFiles(), {programFile(b.binary)}} {
		layer, err := layerOf(src, files)
		if err != nil {
			return nil, err
		}
		img, err = mutate.Append(img, mutate.Addendum{
			Layer: layer, History: v1.History{Created: created, CreatedBy: "deploy/image"},
		})
		if err != nil {
			return nil, err
		}
	}
	c, err := img.ConfigFile()
	if err != nil {
		return nil, err
	}
	c = c.DeepCopy()
	c.OS, c.Architecture, c.Created, c.Config = "linux", b.arch, created, config(src, b.info.Main.Version)
	img, err = mutate.ConfigFile(img, c)
	if err != nil {
		return nil, err
	}
	return img, fits(img)
}

func layerOf(src *tree, files []file) (v1.Layer, error) {
	content, err := archive(files, src.at)
	if err != nil {
		return nil, err
	}
	open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }
	return tarball.LayerFromOpener(open, tarball.WithMediaType(types.OCILayer), tarball.WithCompressedCaching)
}

// fits refuses an image that is too large to pull.
func fits(img v1.Image) error {
	manifest, err := img.Manifest()
	if err != nil {
		return err
	}
	var sum int64
	for _, layer := range manifest.Layers {
		sum += layer.Size
	}
	if sum > mostBytes {
		return fmt.Errorf(
			"the image has %d bytes to pull, and %d at the most: something large was embedded", sum, mostBytes)
	}
	return nil
}

// writePlatform writes what there is of one platform: the file for `docker load`, and what is in it.
func writePlatform(ctx context.Context, src *tree, b *built, img v1.Image, out string) (v1.Hash, error) {
	digest, err := img.Digest()
	if err != nil {
		return digest, err
	}
	tag, err := name.NewTag(loaded)
	if err != nil {
		return digest, err
	}
	bill, err := billOf(ctx, src, b, digest)
	if err != nil {
		return digest, err
	}
	return digest, errors.Join(
		tarball.WriteToFile(filepath.Join(out, "artisan-"+b.arch+".tar"), tag, img),
		writeJSON(filepath.Join(out, "artisan-"+b.arch+".spdx.json"), bill),
	)
}

// push sends all platforms to a registry, as who docker's settings say.
func push(ctx context.Context, index v1.ImageIndex, reference string) error {
	ref, err := name.ParseReference(reference)
	if err != nil {
		return err
	}
	return remote.WriteIndex(
		ref, index, remote.WithContext(ctx), remote.WithAuthFromKeychain(authn.DefaultKeychain))
}

// layOut builds the only platform and lays its files out, for a Dockerfile to take.
func layOut(ctx context.Context, src *tree, o options, work string) error {
	if err := newDir(o.rootfs); err != nil {
		return err
	}
	b, err := build(ctx, src, o.platforms[0], work)
	if err != nil {
		return err
	}
	for _, f := range append(baseFiles(), programFile(b.binary)) {
		if err := f.writeTo(o.rootfs, src.at); err != nil {
			return err
		}
	}
	return nil
}
