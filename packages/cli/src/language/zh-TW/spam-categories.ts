/** 繁體中文（台灣）: spam-categories. */
import type { Translation } from '../english.ts'

export const spamCategories: Translation['spam-categories'] = {
  NONE: '正常',
  SPM: '垃圾郵件',
  HSPM: '垃圾郵件，高度可信',
  PHSH: '網路釣魚',
  HPHSH: '網路釣魚，高度可信',
  BULK: '大量郵件',
  SPOOF: '冒名',
  MALW: '惡意軟體',
  UIMP: '冒充使用者',
  DIMP: '冒充網域',
}
