package facts

import "strings"

// The words of virsh's listings in libvirt's catalogues (po/*.po of 9.0.0, read from the .mo files): English, Chinese,
// Japanese, German, French, Russian, Spanish, Korean, Portuguese, Ukrainian, Italian, Polish, Swedish, Czech.
const (
	idWords    = "|Id|ID|Identyfikator|Identifikátor|"
	nameWords  = "|Name|名称|名前|Nom|Имя|Nombre|이름|Nome|Назва|Nazwa|Namn|Název|"
	stateWords = "|State|状态|状態|Status|État|Состояние|Estado|상태|Статус|Stato|Stan|Tillstånd|Stav|"
	maxWords   = "|Max memory|最大内存|最大メモリー|Max Speicher|Mémoire Max|Макс.память|Memoria máxima|최대 메모리|Memória máxima|Макс.пам'ять|" +
		"Memoria max|Maksymalna pamięć|Max minne|Max. paměti|"
	usedWords = "|Used memory|使用的内存|使用メモリー|Verwendeter Speicher|Mémoire utilisée|Занято памяти|Memoria utilizada|사용된 메모리|" +
		"Memória utilizada|Зайнято пам'яті|Memoria utilizzata|Użyta pamięć|Använt minne|Využitá paměť|"
	uuidWords = "|UUID|Nikde se neopakující identifikátor|"
)

// isWord tells whether word is one of the words between the bars.
func isWord(word, words string) bool {
	return word != "" && !strings.Contains(word, "|") && strings.Contains(words, "|"+word+"|")
}

// states gives a domain's state in English (virDomainState as virsh spells it).
var states = map[string]string{
	"running": "running", "运行": "running", "实行中": "running", "実行中": "running", "laufend": "running", "en cours d’exécution": "running",
	"работает": "running", "ejecutando": "running", "실행 중": "running", "executando": "running", "виконання": "running",
	"in esecuzione": "running", "uruchomiona": "running", "kör": "running", "spuštěné": "running",
	"shut off": "shut off", "关闭": "shut off", "シャットオフ": "shut off", "ausgeschaltet": "shut off", "fermé": "shut off", "выключен": "shut off",
	"apagado": "shut off", "종료": "shut off", "desligado": "shut off", "вимкнути": "shut off", "terminato": "shut off", "wyłączone": "shut off",
	"avstängd": "shut off", "vypnuto": "shut off",
	"paused": "paused", "已暂停": "paused", "暂停": "paused", "一時停止中": "paused", "pausiert": "paused", "mis en pause": "paused", "приостановлен": "paused",
	"en pausa": "paused", "중지됨": "paused", "pausado": "paused", "призупинено": "paused", "in pausa": "paused", "wstrzymane": "paused",
	"stannad": "paused", "pozastaveno": "paused",
	"crashed": "crashed", "崩溃": "crashed", "クラッシュしました": "crashed", "abgestürzt": "crashed", "a échoué": "crashed", "аварийный останов": "crashed",
	"se colgó": "crashed", "충돌됨": "crashed", "falhou": "crashed", "аварійна помилка": "crashed", "interrotto con errore": "crashed",
	"zawieszone": "crashed", "kraschad": "crashed", "zhavarovalo": "crashed",
	"in shutdown": "in shutdown", "シャットダウン中": "in shutdown", "beim Herunterfahren": "in shutdown", "en arrêt": "in shutdown",
	"выключается": "in shutdown", "apagándose": "in shutdown", "종료중": "in shutdown", "em desligamento": "in shutdown", "вимикається": "in shutdown",
	"in arresto": "in shutdown", "wyłącza się": "in shutdown", "stänger ner": "in shutdown", "vypíná se": "in shutdown",
	"pmsuspended": "pmsuspended",
	"idle":        "idle", "闲置": "idle", "бездействует": "idle", "ocupado": "idle", "유휴상태": "idle", "inativo": "idle", "бездіяльний": "idle",
	"vuoto": "idle", "bezczynne": "idle", "overksam": "idle", "nečinné": "idle",
	"no state": "no state", "没有状态": "no state", "状態なし": "no state", "Kein Status": "no state", "sans état": "no state", "нет состояния": "no state",
	"sin estado": "no state", "상태 없음": "no state", "sem estado": "no state", "немає статусу": "no state", "nessuno stato": "no state",
	"brak stanu": "no state", "inget tillstånd": "no state", "bez stavu": "no state",
}

// englishState gives the state in English, or as written when no catalogue has it. Chinese has one word for "shut off"
// and "in shutdown": a domain that still has an id is the latter.
func englishState(state string, inactive bool) string {
	if state == "关闭" && !inactive {
		return "in shutdown"
	}
	if english, ok := states[strings.ReplaceAll(state, "'", "’")]; ok {
		return english
	}
	return state
}
