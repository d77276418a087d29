package logs

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
	"github.com/ulikunitz/xz"
)

// Flags of a data object.
const (
	packedXZ   = 1
	packedLZ4  = 2
	packedZstd = 4
)

// largestField is how much of a packed field is unpacked.
const largestField = 8 << 20

// unpacker unpacks the fields of a journal; what it gives is good until the next one.
type unpacker struct {
	zstd *zstd.Decoder
	out  []byte
}

func (u *unpacker) field(flags byte, b []byte) ([]byte, error) {
	switch flags & (packedXZ | packedLZ4 | packedZstd) {
	case 0:
		return b, nil
	case packedZstd:
		return u.zstdField(b)
	case packedLZ4:
		return u.lz4Field(b)
	case packedXZ:
		r, err := xz.NewReader(bytes.NewReader(b))
		if err != nil {
			return nil, err
		}
		return io.ReadAll(io.LimitReader(r, largestField))
	}
	return nil, fmt.Errorf("packed in an unknown way (flags %#x)", flags)
}

func (u *unpacker) zstdField(b []byte) ([]byte, error) {
	if u.zstd == nil {
		d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(largestField))
		if err != nil {
			return nil, err
		}
		u.zstd = d
	}
	out, err := u.zstd.DecodeAll(b, u.out[:0])
	u.out = out
	return out, err
}

// lz4Field unpacks one LZ4 block behind its unpacked size (systemd's compress_blob_lz4).
func (u *unpacker) lz4Field(b []byte) ([]byte, error) {
	if len(b) < 8 {
		return nil, io.ErrUnexpectedEOF
	}
	size := binary.LittleEndian.Uint64(b)
	if size > largestField {
		return nil, fmt.Errorf("%d bytes", size)
	}
	if uint64(cap(u.out)) < size {
		u.out = make([]byte, size)
	}
	n, err := lz4.UncompressBlock(b[8:], u.out[:size])
	return u.out[:max(n, 0)], err
}
