#include "textflag.h"

// Slot n: DX, Go's closure register, gets the func value of slot n; then its code runs.
// Every entry has the same length (7 + 2 bytes), see slotStride.
#define S(n) MOVQ ·slots+(8*(n))(SB), DX; JMP (DX);
#define S4(n) S(n) S((n)+1) S((n)+2) S((n)+3)
#define S16(n) S4(n) S4((n)+4) S4((n)+8) S4((n)+12)
#define S64(n) S16(n) S16((n)+16) S16((n)+32) S16((n)+48)
#define S256(n) S64(n) S64((n)+64) S64((n)+128) S64((n)+192)
#define S1K(n) S256(n) S256((n)+256) S256((n)+512) S256((n)+768)
#define S4K(n) S1K(n) S1K((n)+1024) S1K((n)+2048) S1K((n)+3072)
#define S16K(n) S4K(n) S4K((n)+4096) S4K((n)+8192) S4K((n)+12288)

TEXT ·entries(SB), NOSPLIT|NOFRAME, $0-0
	S16K(0)
	S16K(16384)
	S16K(32768)
	S16K(49152)
	RET

DATA ·entriesPC(SB)/8, $·entries(SB)
GLOBL ·entriesPC(SB), RODATA, $8
