// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"bytes"
	"cmp"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"math"
	"math/bits"
	"slices"

	"github.com/chromedp/chromedp"
)

// Picture returns what the window shows, as a small PNG.
func (b *Tab) Picture() []byte {
	b.Helper()
	small, err := reduced(Get(b, chromedp.CaptureScreenshot()))
	if err != nil {
		b.Fatal(err)
	}
	return small
}

// reduced returns a picture with few colours, in which screens of text hardly differ from what they were.
func reduced(screenshot []byte) ([]byte, error) {
	full, err := png.Decode(bytes.NewReader(screenshot))
	if err != nil {
		return nil, err
	}
	few := image.NewPaletted(full.Bounds(), paletteOf(full))
	draw.Draw(few, few.Bounds(), full, few.Bounds().Min, draw.Src)
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	err = encoder.Encode(&out, few)
	return out.Bytes(), err
}

// paletteOf returns 128 colours of a picture: the most frequent one, and then, again and again, the one that is missed most, because it
// is frequent and like none of those before. So a rare accent stays beside the many greys of letters.
func paletteOf(full image.Image) color.Palette {
	count := map[color.RGBA]int{}
	bounds := full.Bounds()
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			count[color.RGBAModel.Convert(full.At(x, y)).(color.RGBA)]++
		}
	}
	colors := slices.SortedFunc(maps.Keys(count), func(a, b color.RGBA) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a.R, b.R), cmp.Compare(a.G, b.G), cmp.Compare(a.B, b.B))
	})
	// missed is how far each colour is from the nearest of the palette.
	missed := make([]int, len(colors))
	for i := range missed {
		missed[i] = math.MaxInt32
	}
	var palette color.Palette
	for next := 0; len(palette) < min(128, len(colors)); {
		palette = append(palette, colors[next])
		taken := colors[next]
		next = 0
		for i, c := range colors {
			missed[i] = min(missed[i], distance(c, taken))
			if missed[i]*weight(count[c]) > missed[next]*weight(count[colors[next]]) {
				next = i
			}
		}
	}
	return palette
}

// weight lets a colour that a picture has a thousand times count ten times as much as one that it has once.
func weight(count int) int { return bits.Len(uint(count)) }

func distance(a, b color.RGBA) int {
	square := func(x, y uint8) int { return (int(x) - int(y)) * (int(x) - int(y)) }
	return square(a.R, b.R) + square(a.G, b.G) + square(a.B, b.B)
}
