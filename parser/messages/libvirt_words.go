package messages

import "strings"

// What libvirt says, in English and as its own catalogues translate it (po/*.po of 9.0.0, read from the .mo files of
// the Debian package; where a language is missing its catalogue has no entry and English is printed). Each phrase is
// the part between what is filled in that tells the message from others.
var (
	monitorEOF = []string{
		"End of file from qemu monitor", ")中的文件结束", "qemu モニターからのファイルの終了", "qemu 모니터에서 파일의 끝",
		"Символ кінця файла від монітора qemu", "Filslut från qemu-monitorn",
	}
	agentEOF = []string{
		"End of file from agent monitor", "End of file from agent socket", "代理套接字中的文件结束", "エージェントソケットからのファイルの終了",
		"От сокета агента получен символ конца файла", "에이전트 소켓의 파일 끝", "Отримано символ кінця файла від сокета агентів",
		"Slut på filen från agentuttaget",
	}
	closedMonitor = []string{
		"qemu unexpectedly closed the monitor", "QEMU 意外关闭了监控", "qemu が予期せずモニターを閉じました",
		"QEMU неожиданно завершил работу монитора", "qemu가 예기치 않게 모니터를 닫았습니다", "qemu неочікувано завершив роботу монітора",
		"qemu neočekávaně ukončilo monitor",
	}
	exitedConnecting = []string{
		"process exited while connecting to monitor", "连接监控的过程中进程退出", "モニターへの接続中にプロセスが終了しました",
		"процесс завершил работу во время подключения к монитору", "모니터에 연결하는 동안 프로세스가 종료되었습니다",
		"процес завершив роботу під час спроби встановлення з'єднання з монітором", "při připojování k monitoru proces skončil",
	}
	stateLock = []string{
		"cannot acquire state change lock", "无法获得状态更改锁", "无法获取状态更改锁", "状態変更ロックを獲得できません",
		"Kann Status-Änderungs-Lock nicht abrufen", "не удалось получить блокировку изменения состояния",
		"no es posible obtener bloqueo de cambio de estado", "상태 변경 락(lock)을 얻을 수 없음", "상태 변경 잠금을 획득 할 수 없습니다",
		"não foi possível adquirir bloqueio de mudança de estado", "не вдалося створити блокування зміни станів",
		"nie można uzyskać blokady zmiany stanu", "nedaří se získat zámek změny stavu",
	}
	timedOut = []string{
		"Timed out during operation", "操作超时", "オペレーション中にタイムアウトが発生しました", "Zeit abgelaufen während der Aktion",
		"Превышено время ожидания", "Finalizó el tiempo establecido durante la operación", "동작 중 타임 아웃",
		"O tempo expirou durante a operação", "Перевищення часу очікування", "Tempo scaduto durante l'operazione",
		"Przekroczono czas oczekiwania podczas działania", "Tiden gick ut under åtgärden", "Při operaci překročen časový limit",
	}
	noMonitor = []string{
		"failed to connect to monitor socket", "monitor socket did not show up", "无法连接到监控程序插槽", "モニターソケットへの接続に失敗しました",
		"Verbindung mit Monitor-Socket gescheitert", "ошибка подключения к сокету монитора", "Falló al conectar con el socket de monitor",
		"모니터 소켓 연결 실패", "falha ao conectar para monitorar o soquete", "помилка при підключенні до сокету монітора",
		"errore nella connessione al socket monitor", "połączenie się z gniazdem monitora się nie powiodło", "nepodařilo se připojit k soketu monitoru",
	}
	monitorRead = []string{
		"Unable to read from monitor", "无法从监控程序中读取", "モニターから読み取ることができません", "Kann nicht vom Monitor lesen",
		"Не удалось выполнить чтение из монитора", "No se pudo leer desde el monitor", "모니터에서 읽을 수 없습니다",
		"Não foi possível ler a partir do monitor", "Не вдалося виконати читання з монітора", "Kan inte läsa från övervakaren", "Nedaří se číst z monitoru",
	}
	monitorWrite = []string{
		"Unable to write to monitor", "无法写入监控程序", "モニターに書き込みできません", "Kann nicht zum Monitor schreiben",
		"Ошибка записи в монитор", "No se pudo escribir al monitor", "모니터에 쓸 수 없음", "Não foi possível gravar em monitor",
		"Не вдалося виконати запис до монітора", "Kan inte skriva till övervakaren", "Nedaří se zapsat na monitor",
	}
	agentSilent = []string{
		"Guest agent is not responding", "Guest agent disappeared while executing command", "虚拟机代理不响应", "执行命令时，客户机代理消失了",
		"ゲストエージェントが応答しません", "コマンド実行中にゲストエージェントが消えました", "Gast-Agent antwortet nicht", "Агент гостя не отвечает",
		"Агент гостя исчез во время выполнения команды", "Agente de huésped no responde", "게스트 에이전트가 응답하지 않음",
		"명령을 실행하는 동안 게스트 에이전트가 사라졌습니다", "Agente de convidado não está respondendo", "Агент гостьової системи",
		"L'agente del guest", "Gästagenten svarar inte", "Gästagenten försvann", "Agent v hostovi neodpovídá", "Agent hosta při vykonávání",
	}
	notTerminated = []string{"Failed to terminate process"} // translated ones are found by their function
	outOfMemory   = []string{
		"out of memory", "内存溢出", "メモリー不足", "zu wenig Arbeitsspeicher", "plus de mémoire disponible", "недостаточно памяти",
		"memoria agotada", "메모리 부족", "excedido o limite da memória", "недостатньо пам'яті", "memoria esaurita", "brak pamięci", "slut på minne",
		"nedostatek paměti",
	}
)

func libvirtWords() []string {
	var all []string
	for _, phrases := range [][]string{
		monitorEOF, agentEOF, closedMonitor, exitedConnecting, stateLock, timedOut, noMonitor, monitorRead, monitorWrite, agentSilent,
		notTerminated, outOfMemory,
	} {
		all = append(all, phrases...)
	}
	return all
}

// saysOf tells whether an entry's message holds one of the phrases.
func saysOf(e libvirtEntry, phrases []string) bool {
	for _, p := range phrases {
		if strings.Contains(e.message, p) {
			return true
		}
	}
	return false
}
