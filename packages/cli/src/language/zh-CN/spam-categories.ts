/** 简体中文: spam-categories. */
import type { Translation } from '../english.ts'

export const spamCategories: Translation['spam-categories'] = {
  NONE: '正常',
  SPM: '垃圾邮件',
  HSPM: '垃圾邮件，高度可信',
  PHSH: '钓鱼',
  HPHSH: '钓鱼，高度可信',
  BULK: '群发邮件',
  SPOOF: '冒充',
  MALW: '恶意软件',
  UIMP: '冒充用户',
  DIMP: '冒充域名',
}
