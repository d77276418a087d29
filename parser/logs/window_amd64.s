#include "textflag.h"

// func endsAVX2(data *byte, words int, ends *int32) (lines int)
//
// It lists the line feeds of words of 64 bytes: two places are written for each word, and as many of them counted as there
// are, without a branch that is often guessed wrong.
TEXT ·endsAVX2(SB), NOSPLIT, $0-32
	MOVQ data+0(FP), SI
	MOVQ words+8(FP), CX
	MOVQ ends+16(FP), BX
	MOVQ $0x0a0a0a0a0a0a0a0a, AX
	VMOVQ AX, X7
	VPBROADCASTQ X7, Y7
	XORQ AX, AX              // where the word begins
	TESTQ CX, CX
	JZ done

loop:
	PREFETCHT0 2048(SI)(AX*1)
	VPCMPEQB 0(SI)(AX*1), Y7, Y0
	VPCMPEQB 32(SI)(AX*1), Y7, Y1
	VPMOVMSKB Y0, R8
	VPMOVMSKB Y1, R11
	SHLQ $32, R11
	ORQ R8, R11
	POPCNTQ R11, R9
	TZCNTQ R11, R8
	BLSRQ R11, R11
	TZCNTQ R11, R10
	ADDL AX, R8
	ADDL AX, R10
	MOVL R8, 0(BX)
	MOVL R10, 4(BX)
	CMPQ R9, $2
	JGT many
	LEAQ (BX)(R9*4), BX
	ADDQ $64, AX
	DECQ CX
	JNZ loop

done:
	SUBQ ends+16(FP), BX
	SHRQ $2, BX
	MOVQ BX, lines+24(FP)
	VZEROUPPER
	RET

many:
	ADDQ $8, BX
	SUBQ $2, R9

more:
	BLSRQ R11, R11
	TZCNTQ R11, R8
	ADDL AX, R8
	MOVL R8, 0(BX)
	ADDQ $4, BX
	DECQ R9
	JNZ more
	ADDQ $64, AX
	DECQ CX
	JNZ loop
	JMP done

// func tagsAVX2(data *byte, ends *int32, lines int, l *layout, class *uint8, odd *int32, texts *text) (odds, ours int)
//
// It looks at the heads of lines and at the tags behind them; the first line begins behind ends[0]. A line is odd that does
// not begin as the layout says (a byte that differs from want by more than room leaves comes to 0x80 or more; those not in
// care count for nothing), whose tag does not end with a colon before the first blank or is longer than 31 bytes, or whose
// class is above 1: its number goes to the list odd. Of the others those of class 1 go to the list texts.
TEXT ·tagsAVX2(SB), NOSPLIT, $0-72
	MOVQ data+0(FP), SI
	MOVQ ends+8(FP), DI
	MOVQ lines+16(FP), CX
	MOVQ l+24(FP), DX
	MOVQ class+32(FP), BX
	MOVQ texts+48(FP), R9
	VMOVDQU 0(DX), Y0        // want
	VMOVDQU 32(DX), Y1
	VMOVDQU 64(DX), Y2       // care
	VMOVDQU 96(DX), Y3
	VMOVDQU 128(DX), Y4      // room
	VMOVDQU 160(DX), Y5
	MOVQ 192(DX), R11        // length
	INCQ R11
	MOVQ odd+40(FP), DX
	MOVQ $0x2020202020202020, AX
	VMOVQ AX, X8
	VPBROADCASTQ X8, Y8
	XORL AX, AX              // the line's number
	XORL R8, R8              // odd ones
	TESTQ CX, CX
	JZ end

line:
	MOVLQSX (DI), R10
	VPXOR 1(SI)(R10*1), Y0, Y6
	VPAND Y2, Y6, Y6
	VPADDUSB Y4, Y6, Y6
	CMPQ R11, $33
	JGT long

behind:
	VPMOVMSKB Y6, R12        // from here on: not 0 for an odd line
	ADDQ R11, R10            // the tag
	VPCMPEQB (SI)(R10*1), Y8, Y7
	VPMOVMSKB Y7, R13
	MOVL 4(DI), R14          // where the line ends
	TZCNTL R13, R13
	CMOVLCS CX, R12          // no blank in sight
	MOVWLZX (SI)(R10*1), R15
	MOVBLZX (BX)(R15*1), R15 // the class
	ADDQ R10, R13            // the blank
	CMPL R13, R14
	CMOVLGE CX, R12
	MOVBLZX -1(SI)(R13*1), R10
	XORL $0x3a, R10
	ORL R10, R12             // no colon
	MOVL R15, R10
	SHRL $1, R10
	ORL R10, R12
	INCL R13
	MOVL AX, (DX)(R8*4)
	MOVL AX, 0(R9)
	MOVL R13, 4(R9)
	MOVL R14, 8(R9)
	NEGL R12
	SBBQ R10, R10            // -1 for an odd line
	SUBQ R10, R8
	NOTL R10
	ANDL R15, R10
	SHLL $4, R10
	ADDQ R10, R9
	INCL AX
	ADDQ $4, DI
	CMPL AX, CX
	JNE line

end:
	MOVQ R8, odds+56(FP)
	SUBQ texts+48(FP), R9
	SHRQ $4, R9
	MOVQ R9, ours+64(FP)
	VZEROUPPER
	RET

long:
	VPXOR 33(SI)(R10*1), Y1, Y7
	VPAND Y3, Y7, Y7
	VPADDUSB Y5, Y7, Y7
	VPOR Y7, Y6, Y6
	JMP behind

DATA steps<>+0(SB)/4, $0
DATA steps<>+4(SB)/4, $32
DATA steps<>+8(SB)/4, $64
DATA steps<>+12(SB)/4, $96
DATA steps<>+16(SB)/4, $128
DATA steps<>+20(SB)/4, $160
DATA steps<>+24(SB)/4, $192
DATA steps<>+28(SB)/4, $224
GLOBL steps<>(SB), RODATA|NOPTR, $32

// func textsAVX2(data *byte, texts *text, n int, b *beginnings, places *int32) (count int)
//
// It steps over the kernel's "[12345.678901] " at the beginning of each text, asks the tables whose the text is by its first
// bytes, and lists the places at which it is to be searched: one for each 32 bytes.
TEXT ·textsAVX2(SB), NOSPLIT, $0-48
	MOVQ data+0(FP), SI
	MOVQ texts+8(FP), DI
	MOVQ n+16(FP), CX
	MOVQ b+24(FP), BX
	MOVQ places+32(FP), DX
	MOVQ $0x2020202020202020, AX
	VMOVQ AX, X8
	VPBROADCASTQ X8, Y8
	VMOVDQU steps<>(SB), Y3
	MOVL $256, AX
	VMOVD AX, X4
	VPBROADCASTD X4, Y4
	MOVQ $0x9e3779b97f4a7c15, R8
	MOVQ $0xff000000000000ff, R9
	MOVQ $0x5d0000000000002e, AX // "." and "]" with six digits between them
	TESTQ CX, CX
	JZ end

text:
	MOVLQSX 4(DI), R10
	MOVLQSX 8(DI), R11
	VPCMPEQB (SI)(R10*1), Y8, Y0
	VPMOVMSKB Y0, R12
	MOVWLZX (SI)(R10*1), R13
	ANDL $0xf0ff, R13
	XORL $0x305b, R13        // "[" and a digit; from here on: not 0 where no uptime stands
	TZCNTL R12, R12
	CMOVLCS CX, R13
	ADDQ R10, R12            // the blank
	CMPQ R12, R11
	CMOVLGE CX, R13
	MOVQ -8(SI)(R12*1), R14
	ANDQ R9, R14
	XORQ AX, R14
	INCQ R12
	ORQ R14, R13
	CMOVQEQ R12, R10
	MOVL R10, 4(DI)
	MOVQ (SI)(R10*1), R12
	MOVBLZX R12, R13
	MOVL 0(BX)(R13*4), R15    // one
	MOVL 1024(BX)(R13*4), R14 // two
	MOVL R12, R13
	SHRL $8, R13
	MOVBLZX R13, R13
	ANDL 2048(BX)(R13*4), R14
	ORL R14, R15
	IMUL3L $0x9e3779b1, R12, R13
	SHRL $21, R13
	ORL 3072(BX)(R13*4), R15  // four
	IMULQ R8, R12
	SHRQ $53, R12
	ORL 11264(BX)(R12*4), R15 // eight
	MOVL R15, 12(DI)
	ADDQ $16, DI
	VMOVD R10, X1
	VPBROADCASTD X1, Y1
	VPADDD Y3, Y1, Y1
	VMOVDQU Y1, (DX)
	SUBQ R10, R11
	ADDQ $31, R11
	SHRQ $5, R11
	CMPQ R11, $8
	JGT long
	LEAQ (DX)(R11*4), DX
	DECQ CX
	JNZ text

end:
	SUBQ places+32(FP), DX
	SHRQ $2, DX
	MOVQ DX, count+40(FP)
	VZEROUPPER
	RET

long:
	ADDQ $32, DX
	VPADDD Y4, Y1, Y1
	VMOVDQU Y1, (DX)
	SUBQ $8, R11
	CMPQ R11, $8
	JGT long
	LEAQ (DX)(R11*4), DX
	DECQ CX
	JNZ text
	JMP end

// func searchAVX2(data *byte, places *int32, n int, p *patterns, struck *strike) (count int)
//
// A byte is a hit where its nibbles and those of the two behind it are all in a set that some pattern has: six looks into
// tables of 16, two for each byte (the "Teddy" of Hyperscan and ripgrep's aho-corasick). It lists the places in whose 32
// bytes there are hits, and a bit for each.
TEXT ·searchAVX2(SB), NOSPLIT, $0-48
	MOVQ data+0(FP), SI
	MOVQ places+8(FP), DI
	MOVQ n+16(FP), CX
	MOVQ p+24(FP), DX
	MOVQ struck+32(FP), R8
	VBROADCASTI128 0(DX), Y0
	VBROADCASTI128 16(DX), Y1
	VBROADCASTI128 32(DX), Y2
	VBROADCASTI128 48(DX), Y3
	VBROADCASTI128 64(DX), Y4
	VBROADCASTI128 80(DX), Y5
	MOVQ $0x0f0f0f0f0f0f0f0f, AX
	VMOVQ AX, X6
	VPBROADCASTQ X6, Y6
	VPXOR Y7, Y7, Y7
	TESTQ CX, CX
	JZ end

place:
	MOVLQSX (DI), R10
	VMOVDQU (SI)(R10*1), Y8
	VMOVDQU 1(SI)(R10*1), Y9
	VMOVDQU 2(SI)(R10*1), Y10
	VPAND Y6, Y8, Y11
	VPSHUFB Y11, Y0, Y11
	VPSRLW $4, Y8, Y8
	VPAND Y6, Y8, Y8
	VPSHUFB Y8, Y1, Y8
	VPAND Y8, Y11, Y11
	VPAND Y6, Y9, Y12
	VPSHUFB Y12, Y2, Y12
	VPSRLW $4, Y9, Y9
	VPAND Y6, Y9, Y9
	VPSHUFB Y9, Y3, Y9
	VPAND Y9, Y12, Y12
	VPAND Y6, Y10, Y13
	VPSHUFB Y13, Y4, Y13
	VPSRLW $4, Y10, Y10
	VPAND Y6, Y10, Y10
	VPSHUFB Y10, Y5, Y10
	VPAND Y10, Y13, Y13
	VPAND Y12, Y11, Y11
	VPAND Y13, Y11, Y11
	VPCMPEQB Y7, Y11, Y11
	VPMOVMSKB Y11, R11
	XORL R12, R12
	NOTL R11
	MOVL R10, 0(R8)
	MOVL R11, 4(R8)
	TESTL R11, R11
	SETNE R12
	LEAQ (R8)(R12*8), R8
	ADDQ $4, DI
	DECQ CX
	JNZ place

end:
	SUBQ struck+32(FP), R8
	SHRQ $3, R8
	MOVQ R8, count+40(FP)
	VZEROUPPER
	RET
