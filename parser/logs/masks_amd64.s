#include "textflag.h"

// func masksAVX2(data *byte, words int, p *patterns, out *masks) (lines, struck int)
//
// For each of the 64 bytes of a word it sets a bit in out.blanks for a blank and in out.hits where the nibbles of the byte
// and of the two behind it are all in a set that some pattern has: six looks into tables of 16, two for each byte (the
// "Teddy" of Hyperscan and ripgrep's aho-corasick). Line feeds are listed in out.ends from its second place on, and words
// with hits in out.struck: the next place is written in any case and counted if it was worth it, without a branch.
TEXT ·masksAVX2(SB), NOSPLIT, $0-48
	MOVQ data+0(FP), SI
	MOVQ words+8(FP), CX
	MOVQ p+16(FP), DX
	MOVQ out+24(FP), DI
	VBROADCASTI128 0(DX), Y0
	VBROADCASTI128 16(DX), Y1
	VBROADCASTI128 32(DX), Y2
	VBROADCASTI128 48(DX), Y3
	VBROADCASTI128 64(DX), Y4
	VBROADCASTI128 80(DX), Y5
	MOVQ $0x0f0f0f0f0f0f0f0f, AX
	VMOVQ AX, X6
	VPBROADCASTQ X6, Y6
	MOVQ $0x0a0a0a0a0a0a0a0a, AX
	VMOVQ AX, X7
	VPBROADCASTQ X7, Y7
	MOVQ $0x2020202020202020, AX
	VMOVQ AX, X8
	VPBROADCASTQ X8, Y8
	VPXOR Y9, Y9, Y9
	LEAQ 2080(DI), BX        // out.ends
	LEAQ 34876(DI), DX       // out.struck
	XORQ AX, AX              // where the word begins
	TESTQ CX, CX
	JZ done

#define HALF(off, ends, blanks, none) \
	VMOVDQU off(SI), Y10          \
	VPCMPEQB Y7, Y10, Y11         \
	VPMOVMSKB Y11, ends           \
	VPCMPEQB Y8, Y10, Y11         \
	VPMOVMSKB Y11, blanks         \
	VPAND Y6, Y10, Y11            \
	VPSHUFB Y11, Y0, Y12          \
	VPSRLW $4, Y10, Y11           \
	VPAND Y6, Y11, Y11            \
	VPSHUFB Y11, Y1, Y11          \
	VPAND Y11, Y12, Y12           \
	VMOVDQU (off+1)(SI), Y10      \
	VPAND Y6, Y10, Y11            \
	VPSHUFB Y11, Y2, Y13          \
	VPSRLW $4, Y10, Y11           \
	VPAND Y6, Y11, Y11            \
	VPSHUFB Y11, Y3, Y11          \
	VPAND Y11, Y13, Y13           \
	VPAND Y13, Y12, Y12           \
	VMOVDQU (off+2)(SI), Y10      \
	VPAND Y6, Y10, Y11            \
	VPSHUFB Y11, Y4, Y13          \
	VPSRLW $4, Y10, Y11           \
	VPAND Y6, Y11, Y11            \
	VPSHUFB Y11, Y5, Y11          \
	VPAND Y11, Y13, Y13           \
	VPAND Y13, Y12, Y12           \
	VPCMPEQB Y9, Y12, Y12         \
	VPMOVMSKB Y12, none

loop:
	PREFETCHT0 2048(SI)
	HALF(0, R8, R9, R10)
	HALF(32, R11, R12, R13)
	SHLQ $32, R11
	ORQ R8, R11
	SHLQ $32, R12
	ORQ R9, R12
	MOVQ R12, 1024(DI)
	SHLQ $32, R13
	ORQ R10, R13
	XORQ R9, R9
	NOTQ R13
	MOVQ R13, 0(DI)
	MOVL AX, (DX)
	TESTQ R13, R13
	SETNE R9
	LEAQ (DX)(R9*4), DX
	POPCNTQ R11, R9

ends:
	BSFQ R11, R8
	ADDL AX, R8
	MOVL R8, 4(BX)
	LEAQ -1(R11), R8
	ANDQ R8, R11
	BSFQ R11, R8
	ADDL AX, R8
	MOVL R8, 8(BX)
	CMPQ R9, $2
	JGT many
	LEAQ (BX)(R9*4), BX
	ADDQ $64, SI
	ADDQ $8, DI
	ADDQ $64, AX
	DECQ CX
	JNZ loop

done:
	MOVQ out+24(FP), DI
	LEAQ 2080(DI), AX
	SUBQ AX, BX
	SHRQ $2, BX
	MOVQ BX, lines+32(FP)
	LEAQ 34876(DI), AX
	SUBQ AX, DX
	SHRQ $2, DX
	MOVQ DX, struck+40(FP)
	VZEROUPPER
	RET

many:
	LEAQ -1(R11), R8
	ANDQ R8, R11
	ADDQ $8, BX
	SUBQ $2, R9
	JMP ends

// func tagsAVX2(data *byte, lines int, ends *int32, length int, h *heads, m *masks, class *uint8, texts *int32) (odd, ours uint64)
//
// It looks at the heads of lines, length bytes long, and at the tags behind them. odd gets a bit for each line that does
// not begin as the layout says (a byte that differs from want by more than room leaves comes to 0x80 or more; those not in
// care count for nothing), whose tag does not end with a colon before the first blank, or whose class is above 1; ours one
// for each of class 1; texts gets where the blank ends. ends[-1] is where the line before the first one ends.
TEXT ·tagsAVX2(SB), NOSPLIT, $8-80
	MOVQ data+0(FP), SI
	MOVQ ends+16(FP), DI
	MOVQ h+32(FP), DX
	VMOVDQU 0(DX), Y0
	VMOVDQU 32(DX), Y1
	VMOVDQU 64(DX), Y2
	VMOVDQU 96(DX), Y3
	VMOVDQU 128(DX), Y4
	VMOVDQU 160(DX), Y5
	MOVQ length+24(FP), R11
	INCQ R11
	MOVQ m+40(FP), DX
	ADDQ $1024, DX           // m.blanks
	MOVQ class+48(FP), BX
	MOVQ texts+56(FP), AX
	MOVQ lines+8(FP), CX
	MOVQ CX, left-8(SP)
	MOVQ $0, odd+64(FP)
	MOVQ $0, ours+72(FP)
	MOVQ $1, R9
	XORQ R8, R8
	TESTQ CX, CX
	JZ end

line:
	MOVLQSX -4(DI), R10
	VPXOR 1(SI)(R10*1), Y0, Y6
	VPAND Y2, Y6, Y6
	VPADDUSB Y4, Y6, Y6
	VPXOR 33(SI)(R10*1), Y1, Y7
	VPAND Y3, Y7, Y7
	VPADDUSB Y5, Y7, Y7
	VPOR Y7, Y6, Y6
	VPMOVMSKB Y6, R12        // not 0: a stranger
	ADDQ R11, R10            // the tag
	MOVQ R10, R13
	SHRQ $3, R13
	MOVQ (DX)(R13*1), R13
	MOVL R10, CX
	ANDL $7, CX
	SHRQ CX, R13
	BSFQ R13, R13            // 0 stays 0: in front of the tag stands a blank, no colon
	ADDQ R10, R13            // the blank behind it
	MOVWLZX (SI)(R10*1), R15
	MOVBLZX (BX)(R15*1), R15
	MOVBLZX -1(SI)(R13*1), CX
	XORL $0x3a, CX           // not 0: no colon
	ORL CX, R12
	MOVL R15, CX
	SHRL $1, CX
	ORL CX, R12
	XORL CX, CX
	CMPL R13, (DI)
	SETGE CX
	ORL CX, R12
	INCL R13
	MOVL R13, (AX)
	XORL CX, CX
	TESTL R12, R12
	CMOVQNE R9, CX
	ORQ CX, odd+64(FP)
	ANDL $1, R15
	NEGQ R15
	ANDQ R9, R15
	ORQ R15, R8
	SHLQ $1, R9
	ADDQ $4, DI
	ADDQ $4, AX
	DECQ left-8(SP)
	JNZ line

end:
	MOVQ R8, ours+72(FP)
	VZEROUPPER
	RET
